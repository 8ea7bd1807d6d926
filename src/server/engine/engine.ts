// Server: composes front, sockets, HTTP, programs, cron and tasks into a server without a port.
import { url as inspectorUrl } from "node:inspector";
import { GOING_AWAY } from "../../boundary/errors/close-codes.ts";
import type { Clock, Loop } from "../../boundary/clock.ts";
import type { ScriptEvent } from "../../boundary/events.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import { REFUSALS } from "../../boundary/errors/refusals.ts";
import type { ResolvedConfig } from "../../config.ts";
import { Front } from "../../front/front.ts";
import type { FrontParts, FrontReports, Outcome } from "../../front/front-parts.ts";
import { descriptorLimit } from "../../front/http/descriptor-limit.ts";
import type { HttpTransport } from "../../front/http/http-transport.ts";
import { Gateway } from "../../front/ingress/gateway.ts";
import { ConnectionBudget, connectionLimit } from "../../front/ingress/connection-budget.ts";
import { HttpGateway } from "../../front/ingress/http-gateway.ts";
import { Listeners } from "../../front/ingress/listeners.ts";
import { Programs } from "../../front/ingress/programs.ts";
import { RouteClaims } from "../../front/ingress/route-claims.ts";
import { TurnOutbox } from "../../front/outbox/outbox.ts";
import { CronSchedule } from "../../front/supervise/cron.ts";
import type { HostStarter } from "../../front/incarnation/incarnation.ts";
import { TaskRuns } from "../../front/task-runs.ts";
import { logEntry, type Log } from "../../log.ts";
import { nameIn } from "./deployment.ts";
import { Figures } from "./figures.ts";
import { ServerLog } from "./server-log.ts";
import { HostRemoval } from "./host-removal.ts";
import { Installer } from "./installer.ts";
import { noticingMany } from "./many-threads.ts";
import type { OverloadListener } from "./overload.ts";
import { Routing } from "./routing.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** A server without a port. It serves what its installer installs. */
export class Engine {
  readonly front: Front;
  readonly gateway: Gateway;
  readonly http: HttpTransport;
  readonly tasks: TaskRuns;
  readonly installer: Installer;
  readonly figures: Figures;
  readonly #clock: Clock;
  readonly #outbox: TurnOutbox;
  readonly #programs: Programs;
  readonly #cron: CronSchedule;
  #isStopped = false;

  constructor(parts: EngineParts) {
    const { clock, config, log } = parts;
    this.#clock = clock;
    this.#outbox = outboxOf(parts);
    this.front = frontOf(parts, this.#outbox);
    const serverLog = new ServerLog(log, {
      at: (slot) => this.front.supervisor(slot)?.spec,
      of: (script) => this.front.supervisor(this.installer.routing.slots.get(script) ?? -1)?.spec,
    });
    const nameOf = (script: ScriptKey): string => nameIn(this.installer.deployment, script);
    const claims = new RouteClaims(serverLog.fault, nameOf);
    const [front, outbox] = [this.front, this.#outbox];
    const connections = connectionsOf(parts, () => this.installer.deployment.rows.length);
    this.gateway = new Gateway(front, { outbox, clock, config, claims, connections });
    const http = new HttpGateway({
      ...{ config, clock, publicDir: parts.publicDir, front, claims },
      listener: { onFault: serverLog.fault, health: () => this.figures.health, nameOf },
    });
    this.http = http.transport;
    const listeners = new Listeners({ gateway: this.gateway, http: this.http });
    this.#programs = new Programs({ clock, config, claims, listeners, front });
    this.tasks = new TaskRuns(front);
    front.attach(this.#frontParts(listeners, serverLog));
    this.#cron = new CronSchedule({
      clock,
      run: (script, due) => this.installer.routing.startJob(script, due),
      onOverlap: (script) =>
        logEntry(log, "PARLOR_CRON_OVERLAP", { script: nameOf(script) }, serverLog.about(script)),
      onDropped: (script) =>
        logEntry(log, "PARLOR_CRON_DROPPED", { script: nameOf(script) }, serverLog.about(script)),
    });
    const routing = new Routing({ front, gateway: this.gateway, http, claims, cron: this.#cron });
    const [tasks, programs] = [this.tasks, this.#programs];
    const { onOverload } = parts;
    const removal = new HostRemoval({ clock, front, outbox, tasks, programs });
    const hosts = noticingMany(
      parts.hosts,
      () => this.installer.running,
      (count) => logEntry(log, "PARLOR_THREADS", { count }),
    );
    const addHost = (spec: HostSpec): number => front.addHost(spec, hosts);
    this.installer = new Installer({ front, programs, removal, addHost, onOverload }, routing);
    this.figures = new Figures({ clock, front, outbox, programs, installer: this.installer });
  }

  /** Whether it serves nothing any more, and starts nothing either. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Closes every session and waits, up to the grace, until their scripts have handled that. */
  async drain(graceMs: number): Promise<void> {
    this.#cron.stop();
    this.gateway.refuseAll();
    for (const session of [...this.front.directory.sessions.values()]) {
      this.front.hub.close(session.ref, GOING_AWAY, "server is shutting down");
    }
    this.#outbox.flush();
    await Promise.all([this.#emptied(graceMs), this.gateway.shutdown(graceMs)]);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.http.close();
    this.#programs.stop();
    await this.front.stop();
  }

  #frontParts(listeners: Listeners, serverLog: ServerLog): FrontParts {
    const [programs, sockets, http] = [this.#programs, this.gateway, this.http];
    return {
      sockets,
      hosts: programs,
      reports: this.#reports(serverLog),
      receivers: (slot) => ({ http: http.scripts, programs: programs.commandsOf(slot) }),
      scriptOf: (request) => http.scripts.scriptOf(request),
      onSettled: (_slot, event, outcome) => this.#onSettled(event, outcome),
      questions: listeners,
    };
  }

  #reports(serverLog: ServerLog): FrontReports {
    return {
      onLog: (line, slot) => {
        serverLog.line(line);
        this.tasks.onLog(slot, line);
      },
      onReport: (report, slot) => {
        serverLog.report(report, slot);
        this.tasks.onReport(slot, report);
      },
    };
  }

  #onSettled(event: ScriptEvent, outcome: Outcome): void {
    if (event.kind === "request" && outcome !== "done") {
      const refusal = outcome === "culprit" ? REFUSALS.SCRIPT_FAILED : REFUSALS.INTERRUPTED;
      this.http.scripts.fail(event.head.request, refusal);
    }
    if (event.kind !== "run") return;
    if (!this.tasks.onSettled(event, outcome)) this.#cron.done(event.script, outcome !== "dropped");
  }

  // Sessions that are left when the grace is over are given up.
  async #emptied(graceMs: number): Promise<void> {
    const grace = new Promise<void>((resolve) => this.#clock.after(graceMs, resolve));
    await Promise.race([this.front.directory.emptied(), grace]);
  }
}

export interface EngineParts {
  readonly config: ResolvedConfig;
  readonly log: Log;
  readonly publicDir: string | null;
  readonly hosts: HostStarter;
  readonly clock: Clock;
  readonly loop: Loop;
  /** Called when the ticks of a route start to overrun. */
  readonly onOverload?: OverloadListener;
}

/** Bounds of a batch, and of the time for which a flush is held, ms; measured, see ARCHITECTURE.md. */
const BATCH_EVENTS = 256;
const BATCH_BYTES = 1024 * 1024;
const HOLD_MS = 2;

function connectionsOf({ config, log }: EngineParts, scripts: () => number): ConnectionBudget {
  const descriptors = config.maxConnections === 0 ? descriptorLimit() : null;
  const limit = (): number => config.maxConnections || connectionLimit(descriptors, scripts());
  return new ConnectionBudget(limit, {
    onFull: (most) => logEntry(log, "PARLOR_CONNECTIONS/full", { limit: most }),
    onError: ({ message }) => logEntry(log, "PARLOR_CONNECTIONS/failed", { reason: message }),
  });
}

function outboxOf({ clock, config }: EngineParts): TurnOutbox {
  const { unsentLimit, deflate } = config;
  return new TurnOutbox(clock, {
    unsentLimit,
    deflateThreshold: deflate === false ? null : deflate.threshold,
  });
}

function frontOf({ clock, loop, config }: EngineParts, outbox: TurnOutbox): Front {
  const { waitingEvents, waitingBytes } = config;
  const limits = { batchEvents: BATCH_EVENTS, batchBytes: BATCH_BYTES, waitingEvents, waitingBytes };
  const isDebugged = (): boolean => inspectorUrl() !== undefined;
  return new Front({ clock, loop, limits, holdMs: HOLD_MS, isDebugged }, outbox);
}
