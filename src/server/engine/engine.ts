// Server: composes front, sockets, HTTP, programs, cron and tasks into a server without a port.
import { url as inspectorUrl } from "node:inspector";
import { BATCH_EVENTS } from "../../boundary/batch.ts";
import type { Clock, Loop } from "../../boundary/clock.ts";
import type { ScriptEvent } from "../../boundary/events.ts";
import type { LogLine } from "../../boundary/log-line.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import { REFUSALS } from "../../boundary/errors/refusals.ts";
import type { ResolvedConfig } from "../../config.ts";
import { Front } from "../../front/front.ts";
import type { Activity } from "../../front/activity.ts";
import type { FrontParts, FrontReports, Outcome } from "../../front/front-parts.ts";
import { descriptorLimit } from "../../front/http/descriptor-limit.ts";
import type { HttpTransport } from "../../front/http/http-transport.ts";
import { AllowedHosts, hostsToCheck } from "../../front/ingress/allowed-hosts.ts";
import { Gateway, type ClientBounds, type Entrance } from "../../front/ingress/gateway.ts";
import { ConnectionBudget, connectionLimit } from "../../front/ingress/connection-budget.ts";
import { Histories } from "../../front/history/histories.ts";
import { HttpGateway, type Site } from "../../front/ingress/http-gateway.ts";
import { LimitCounts } from "../../front/limits/limit-counts.ts";
import { Listeners } from "../../front/ingress/listeners.ts";
import type { ConnectionHolds } from "../../front/clients/connection-holds.ts";
import { Programs } from "../../front/ingress/programs.ts";
import { RouteClaims } from "../../front/ingress/route-claims.ts";
import { TurnOutbox } from "../../front/outbox/outbox.ts";
import type { Session } from "../../front/directory/session.ts";
import type { HostReport } from "../../front/supervise/host-report.ts";
import { CronSchedule, NO_CLAIMS, type CronClaims } from "../../front/supervise/cron.ts";
import type { HostStarter } from "../../front/incarnation/incarnation.ts";
import { TaskRuns } from "../../front/task-runs.ts";
import { logEntry, type Log } from "../../log.ts";
import { nameIn } from "./deployment.ts";
import type { FrontPlace } from "../fronts/front-place.ts";
import { Figures } from "./figures.ts";
import { activityLog } from "../log/activity-log.ts";
import { aboutHost, ServerLog } from "../log/server-log.ts";
import { HostRemoval } from "./host-removal.ts";
import { Installer } from "./installer.ts";
import { Leaving } from "../leaving/leaving.ts";
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
  readonly programs: Programs;
  /** The way out, and where to ask whether the server drains. */
  readonly leaving: Leaving;
  readonly #cron: CronSchedule;
  readonly #history: Histories;

  constructor(parts: EngineParts) {
    const { clock, config, log } = parts;
    const limits = new LimitCounts(clock, ({ code, text }) => log.warn({ code }, text));
    const outbox = outboxOf(parts, limits);
    const front = (this.front = frontOf(parts, outbox, limits));
    const history = (this.#history = front.hub.history = new Histories(clock, config));
    const serverLog = new ServerLog(log, {
      at: (slot) => this.front.supervisor(slot)?.spec,
      of: (script) => this.front.supervisor(this.installer.routing.slots.get(script) ?? -1)?.spec,
    });
    const nameOf = (script: ScriptKey): string => nameIn(this.installer.deployment, script);
    const claims = new RouteClaims(serverLog.fault, nameOf);
    this.figures = new Figures({
      ...{ clock, front, outbox, history, limits, place: parts.front ?? null },
      later: this,
    });
    const bounds = this.#boundsOf(parts, limits);
    const onUnanswered = parts.site.isDev === true ? serverLog.unanswered : undefined;
    const activity = activityOf(parts, serverLog, front);
    const entrance = { ...entranceOf(parts), activity };
    const doors = { claims, bounds, entrance, onUnanswered, neighbours: parts.front ?? null };
    this.gateway = new Gateway(front, { outbox, clock, config, ...doors });
    const http = new HttpGateway({
      ...{ config, clock, site: { ...parts.site, hosts: entrance.hosts }, front, claims },
      sockets: this.gateway.routes,
      listener: { ...this.figures.http, onFault: serverLog.fault, onLimit: bounds.onLimit, nameOf, activity },
    });
    this.http = http.transport;
    const listeners = new Listeners({ gateway: this.gateway, http: this.http, config });
    this.programs = new Programs({ clock, config, claims, listeners, front, bounds, ...parts.once });
    this.tasks = new TaskRuns(front);
    front.attach(this.#frontParts(listeners, this.#reports(serverLog, activity, parts.observer)));
    const cron = (this.#cron = new CronSchedule({
      ...{ clock, claims: parts.once?.jobs ?? NO_CLAIMS },
      run: (script, due) => this.installer.routing.startJob(script, due),
      onSkipped: (script, code) => logEntry(log, code, { script: nameOf(script) }, serverLog.about(script)),
    }));
    this.leaving = new Leaving({ clock, front, outbox, gateway: this.gateway, http: this.http, cron, log });
    const routing = new Routing({
      ...{ front, gateway: this.gateway, http, claims, cron },
      defaults: config,
    });
    const [{ tasks, programs }, { onOverload }] = [this, parts];
    const removal = new HostRemoval({ clock, front, outbox, tasks, programs });
    const hosts = noticingMany(
      parts.hosts,
      () => this.installer.running,
      (count) => logEntry(log, "PARLOR_THREADS", { count }),
    );
    const addHost = (spec: HostSpec): number => front.addHost(spec, hosts);
    this.installer = new Installer({ front, programs, removal, addHost, onOverload }, routing);
  }

  async stop(): Promise<void> {
    this.leaving.isStopped = true;
    this.figures.stop();
    this.#history.stop();
    this.http.close();
    this.programs.stop();
    await this.front.stop();
  }

  #boundsOf(parts: EngineParts, { exceeded }: LimitCounts): ClientBounds {
    const connections = connectionsOf(parts, exceeded, {
      scripts: () => this.installer.deployment.rows.length,
      outbound: () => this.programs.outbound.size,
    });
    return { connections, onLimit: exceeded, onRefused: this.figures.counted.refusals.add };
  }

  #frontParts(listeners: Listeners, reports: FrontReports): FrontParts {
    const [programs, sockets, http] = [this.programs, this.gateway, this.http];
    return {
      sockets,
      hosts: programs,
      reports,
      receivers: (slot) => ({ http: http.scripts, programs: programs.commandsOf(slot) }),
      scripts: {
        ofRequest: (request) => http.scripts.scriptOf(request),
        ofClaim: (route) => programs.programOf(route),
      },
      onSettled: (_slot, event, outcome) => this.#onSettled(event, outcome),
      questions: listeners,
    };
  }

  #reports(serverLog: ServerLog, activity: Activity | null, observer?: LogObserver): FrontReports {
    return {
      activity,
      onLog: (line, slot) => {
        serverLog.line(line, slot);
        this.figures.counted.droppedLines += line.dropped ?? 0;
        observer?.line(line);
        this.tasks.onLog(slot, line);
      },
      onReport: (report, slot) => {
        serverLog.report(report, slot);
        observer?.report(report, this.front.supervisor(slot)?.spec.scripts[0]?.info ?? NO_SCRIPT);
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
}

export interface EngineParts extends EngineAdditions {
  readonly config: ResolvedConfig;
  readonly log: Log;
  readonly site: Site;
  readonly hosts: HostStarter;
  readonly clock: Clock;
  readonly loop: Loop;
}

/** What a server adds to an engine. */
interface EngineAdditions {
  /** Which node of a cluster runs a job, and has an outbound connection; left out without a cluster. */
  readonly once?: { readonly jobs: CronClaims; readonly holds: ConnectionHolds | null };
  /** Called when the ticks of a route start to overrun. */
  readonly onOverload?: OverloadListener;
  /** Follows the lines of scripts and the reports about hosts. */
  readonly observer?: LogObserver | undefined;
  /** The place among several fronts. */
  readonly front?: FrontPlace | null;
}

/** Follows what scripts and hosts report. */
export interface LogObserver {
  line(line: LogLine): void;
  /** `script`: the first one that the host runs. */
  report(report: HostReport, script: { readonly name: string; readonly version: string }): void;
}

const NO_SCRIPT = { name: "", version: "" };

/** Bounds of a batch, and of the time for which a flush is held, ms; measured, see ARCHITECTURE.md. */
const BATCH_BYTES = 1024 * 1024;
const HOLD_MS = 2;

function entranceOf({ config, log, site: { isDev = false } }: EngineParts): Entrance {
  return {
    hosts: new AllowedHosts(hostsToCheck(config.allowedHosts, { host: config.host, isDev })),
    isDev,
    onForeignPage: (page) => logEntry(log, "PARLOR_ORIGIN_REFUSED", page),
  };
}

function activityOf({ config, log }: EngineParts, serverLog: ServerLog, front: Front): Activity | null {
  return activityLog(config, {
    log,
    about: (script) => serverLog.about(script),
    aboutHost: (slot) => aboutHost(front.supervisor(slot)?.spec),
  });
}

// A connection that a script opens takes a descriptor, too.
function connectionsOf(
  { config, log }: EngineParts,
  onLimit: LimitCounts["exceeded"],
  taken: { readonly scripts: () => number; readonly outbound: () => number },
): ConnectionBudget {
  const { maxConnections, maxConnectionsPerAddress, trustProxy } = config;
  const descriptors = maxConnections === 0 ? descriptorLimit() : null;
  const all = (): number =>
    (maxConnections || connectionLimit(descriptors, taken.scripts())) - taken.outbound();
  const perAddress = trustProxy === false ? maxConnectionsPerAddress : 0;
  return new ConnectionBudget(
    { all, perAddress },
    {
      onLimit,
      onError: ({ message }) => logEntry(log, "PARLOR_CONNECTIONS/failed", { reason: message }),
    },
  );
}

function outboxOf({ clock, config }: EngineParts, limits: LimitCounts): TurnOutbox {
  const { unsentLimit, unsentTotal, unsentTimeout, slow, deflate } = config;
  return new TurnOutbox(clock, {
    ...{ unsentLimit, unsentTotal, unsentTimeout, slow },
    deflateThreshold: deflate === false ? null : deflate.threshold,
    onCut: ({ handshake }, reason) => {
      const name = CUT_BY[reason];
      limits.exceeded(name, config[name], handshake.address);
    },
  });
}

/** The bound over which a slow client is disconnected. */
const CUT_BY = { slow: "unsentLimit", stalled: "unsentTimeout", shed: "unsentTotal" } as const;

function frontOf({ clock, loop, config }: EngineParts, outbox: TurnOutbox, { exceeded }: LimitCounts): Front {
  const { waitingEvents, waitingBytes, whenFull } = config;
  const limits = { batchEvents: BATCH_EVENTS, batchBytes: BATCH_BYTES, waitingEvents, waitingBytes };
  const isDebugged = (): boolean => inspectorUrl() !== undefined;
  const onFull = ({ handshake }: Session): void => exceeded("whenFull", 0, handshake.address);
  return new Front({ clock, loop, limits, holdMs: HOLD_MS, isDebugged, whenFull, onFull }, outbox);
}
