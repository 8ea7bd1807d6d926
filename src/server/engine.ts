import { GOING_AWAY } from "../boundary/close-codes.ts";
import { REFUSALS } from "../boundary/refusals.ts";
import { url as inspectorUrl } from "node:inspector";
import type { ResolvedConfig } from "../config.ts";
import type { RunEvent, ScriptEvent } from "../boundary/events.ts";
import type { Session } from "../front/directory/session.ts";
import { ERRORS } from "../boundary/errors.ts";
import { logEntry, type Log } from "../log.ts";
import { CronSchedule } from "../front/supervise/cron.ts";
import type { HostSpec } from "../boundary/host-spec.ts";
import type { HostStarter } from "../front/supervise/incarnation.ts";
import type { Supervisor } from "../front/supervise/supervisor.ts";
import type { HttpTransport } from "../front/http/http-transport.ts";
import { TurnOutbox } from "../front/outbox/outbox.ts";
import { Front } from "../front/front.ts";
import type { FrontParts, FrontReports, Outcome } from "../front/front-parts.ts";
import { RouteClaims } from "../front/ingress/route-claims.ts";
import { Gateway } from "../front/ingress/gateway.ts";
import { HttpGateway } from "../front/ingress/http-gateway.ts";
import { newHostIn, EMPTY_DEPLOYMENT, spreadOf, type Deployment } from "./deployment.ts";
import type { ServerHealth } from "./health.ts";
import { Listeners } from "../front/ingress/listeners.ts";
import { changedFiles, isProgram, isSameHost } from "./plan.ts";
import { reportOverload, type OverloadListener } from "./overload.ts";
import { Programs } from "../front/ingress/programs.ts";
import { aboutHost, aboutScript } from "./script-log.ts";
import { failedRoutes, httpTargets, socketTargets, takenPaths } from "./targets.ts";
import { statusOf, type ServerStatus } from "./status.ts";
import { TaskRuns, type TaskOutcome, type TaskWatch } from "../front/task-runs.ts";
import type { Clock, Loop } from "../boundary/clock.ts";
import type { LogLine } from "../boundary/log-line.ts";

const isDebugged = (): boolean => inspectorUrl() !== undefined;

export interface EngineParts {
  readonly config: ResolvedConfig;
  readonly log: Log;
  readonly publicDir: string | null;
  readonly hosts: HostStarter;
  readonly clock: Clock;
  readonly loop: Loop;
  /** Told when the ticks of a route begin to take too long. */
  readonly onOverload?: OverloadListener;
}

/** Bounds of what goes to a host at once, and for how long a flush is held; measured, see ARCHITECTURE.md. */
const BATCH_EVENTS = 256;
const BATCH_BYTES = 1024 * 1024;
const HOLD_MS = 2;

/** What an installation sets going. */
interface Changes {
  readonly endings: Promise<unknown>[];
  readonly refused: Map<string, string>;
  /** Whether the host begins anew in any case. */
  readonly isFresh: boolean;
}

/** All parts of a server but its port: the composition of front, sockets, HTTP, cron and tasks. */
export class Engine {
  readonly front: Front;
  readonly gateway: Gateway;
  readonly programs: Programs;
  readonly tasks: TaskRuns;
  readonly outbox: TurnOutbox;
  readonly cron: CronSchedule;
  readonly #parts: EngineParts;
  readonly #claims: RouteClaims;
  readonly #http: HttpGateway;
  #installed: Deployment = EMPTY_DEPLOYMENT;
  #slots = new Map<string, number>();
  /** Where each script runs. */
  #scripts: ReadonlyMap<string, number> = new Map();
  #jobs = new Map<string, number>();
  #startedAt = 0;
  #isStopped = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    const { clock, loop, config } = parts;
    this.#startedAt = clock.now();
    const deflateThreshold = config.deflate === false ? null : config.deflate.threshold;
    this.outbox = new TurnOutbox(clock, { unsentLimit: config.unsentLimit, deflateThreshold });
    const { waitingEvents, waitingBytes } = config;
    const limits = { batchEvents: BATCH_EVENTS, batchBytes: BATCH_BYTES, waitingEvents, waitingBytes };
    this.front = new Front({ clock, loop, limits, holdMs: HOLD_MS, isDebugged }, this.outbox);
    const { front, outbox } = this;
    const claims = new RouteClaims((text, script) =>
      parts.log.error({ ...this.#about(script), code: "PARLOR_ROUTE_TAKEN" }, text),
    );
    this.#claims = claims;
    this.gateway = new Gateway(front, { outbox, clock, config, claims });
    const onFault = (text: string, script: string | null): void =>
      parts.log.error(script === null ? {} : this.#about(script), text);
    this.#http = new HttpGateway({ ...parts, front, claims, onFault, health: () => ({ ...this.health() }) });
    const listeners = new Listeners({ gateway: this.gateway, http: this.http });
    const send = (slot: number, event: ScriptEvent): void => front.push(slot, event);
    this.programs = new Programs({ clock, config, claims, listeners, send });
    this.tasks = new TaskRuns(this.front);
    front.attach(this.#frontParts(listeners));
    this.cron = new CronSchedule({
      clock,
      run: (script, due) => this.#runJob(script, due),
      onOverlap: (script) => logEntry(parts.log, "PARLOR_CRON_OVERLAP", { script }, this.#about(script)),
    });
  }

  get http(): HttpTransport {
    return this.#http.transport;
  }

  /** Whether it serves nothing any more, and starts nothing either. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  get installed(): Deployment {
    return this.#installed;
  }

  /**
   * Serves an installation in place of what was served before; sessions of routes that remain stay. Answers the scripts
   * that go on as they were, and why. The hosts in `fresh` begin anew also when their code is the same.
   */
  async install(
    next: Deployment,
    fresh: ReadonlySet<string> = new Set(),
  ): Promise<ReadonlyMap<string, string>> {
    const slots = new Map<string, number>();
    const endings: Promise<unknown>[] = [];
    const refused = new Map<string, string>();
    for (const [name, spec] of next.hosts)
      slots.set(name, this.#place(name, spec, { endings, refused, isFresh: fresh.has(name) }));
    const heirOf = newHostIn(spreadOf(next, slots));
    for (const [name, slot] of this.#slots) if (!slots.has(name)) endings.push(this.#retire(slot, heirOf));
    this.#slots = slots;
    this.#installed = next;
    this.#route(next);
    // The versions before must have ended: until then it is they who have begun.
    const begun = Promise.all(endings).then(() => this.#begun(next));
    this.#beginPrograms(next);
    await begun;
    return refused;
  }

  /** What `GET /_parlor/health` answers. */
  health(): ServerHealth {
    const { clock } = this.#parts;
    return {
      status: this.#isDegraded ? "degraded" : "ok",
      uptimeSeconds: Math.round((clock.now() - this.#startedAt) / 1000),
      sessions: this.front.directory.size,
      routes: this.#installed.rows.length,
      failedRoutes: this.#installed.failed.map(({ route }) => route),
      faults: this.front.counts.faults,
      interrupted: this.front.counts.interrupted,
      discarded: this.front.counts.discarded,
      messages: { ...this.outbox.counts },
      ...this.programs.health,
    };
  }

  /** Runs a module of a program that is a folder, in its host, which goes on afterwards. */
  runModule(event: RunEvent, watch: TaskWatch): Promise<TaskOutcome> {
    const host = [...this.#installed.hosts].find(([, { scripts }]) =>
      scripts.some(({ info }) => info.name === event.script),
    );
    return this.tasks.runOn(this.#slots.get(host?.[0] ?? "") ?? 0, event, watch);
  }

  /** The programs that have claimed a path. */
  claimants(path: string): string[] {
    const kinds = ["ws", "http"] as const;
    return kinds.flatMap((kind) => this.#claims.match(kind, path)?.data.script ?? []);
  }

  /** How it is doing, script by script. */
  status(): ServerStatus {
    const { clock } = this.#parts;
    const { directory, counts } = this.front;
    const { faults, discarded } = counts;
    const { droppedClosed, droppedSlow } = this.outbox.counts;
    const dropped = droppedClosed + droppedSlow;
    const uptime = Math.round((clock.now() - this.#startedAt) / 1000);
    const scripts = statusOf(this.front, this.#installed, this.#slots);
    return { uptime, sessions: directory.size, faults, dropped, discarded, scripts };
  }

  /** Closes every session and waits, within the grace, until their scripts have been told. */
  async drain(graceMs: number): Promise<void> {
    this.cron.stop();
    this.gateway.refuseAll();
    for (const session of [...this.front.directory.sessions()]) {
      this.front.hub.close(session.ref, GOING_AWAY, "server is shutting down");
    }
    this.outbox.flush();
    await Promise.all([this.#emptied(graceMs), this.gateway.shutdown(graceMs)]);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.http.close();
    this.programs.stop();
    await this.front.stop();
  }

  get #isDegraded(): boolean {
    const { failed, rows } = this.#installed;
    return failed.length > 0 || rows.some(({ kind, status }) => kind === "program" && status === "failed");
  }

  #place(name: string, spec: HostSpec, changes: Changes): number {
    const known = this.#slots.get(name);
    const supervisor = known === undefined ? undefined : this.front.supervisor(known);
    if (known === undefined || supervisor === undefined) return this.#addHost(spec);
    const files = changes.isFresh ? null : changedFiles(supervisor.spec, spec);
    if (files !== null && supervisor.state !== "failed") {
      supervisor.update(spec);
      this.front.push(known, files);
    } else if (changes.isFresh || !isSameHost(supervisor.spec, spec)) {
      changes.endings.push(this.#replace(supervisor, spec, changes.refused));
    }
    return known;
  }

  // What ticks also while nobody is connected does not wait for the first one.
  #addHost(spec: HostSpec): number {
    const { hosts, onOverload } = this.#parts;
    const slot = this.front.addHost(spec, hosts);
    const supervisor = this.front.supervisor(slot);
    if (supervisor !== undefined && onOverload !== undefined) reportOverload(supervisor, onOverload);
    if (spec.scripts.some(({ info }) => info.runOptions?.tickWhenEmpty === true)) supervisor?.start();
    return slot;
  }

  async #replace(supervisor: Supervisor, spec: HostSpec, refused: Map<string, string>): Promise<void> {
    const problem = await supervisor.replace(spec, "reload");
    if (problem !== null) for (const { info } of spec.scripts) refused.set(info.name, problem);
  }

  async #retire(slot: number, heirOf: (session: Session) => number | undefined): Promise<void> {
    for (const session of [...this.front.directory.sessions()]) {
      if (session.host !== slot || heirOf(session) !== undefined) continue;
      this.front.hub.close(session.ref, GOING_AWAY, "route has gone");
      this.front.hub.finish(session);
    }
    this.outbox.flush();
    this.tasks.drop(slot);
    this.programs.remove(slot);
    await this.front.replaceHost(slot, heirOf);
  }

  // A program does something without being asked, so it does not wait for its first event.
  #beginPrograms(next: Deployment): void {
    for (const slot of this.#programSlots(next)) {
      const supervisor = this.front.supervisor(slot);
      if (supervisor?.state === "idle") supervisor.start();
    }
  }

  // A new version is waited for as well: whoever asked for it finds it served.
  async #begun(next: Deployment): Promise<void> {
    const coming = this.#programSlots(next).filter((slot) => this.front.supervisor(slot)?.state !== "failed");
    await Promise.all(coming.map((slot) => this.programs.starts.wait(slot)));
  }

  #programSlots({ hosts }: Deployment): number[] {
    return [...hosts].flatMap(([name, spec]) => (isProgram(spec) ? [this.#slots.get(name) ?? 0] : []));
  }

  #route(next: Deployment): void {
    const slots = new Map<string, number>();
    const jobs = new Map<string, number>();
    const spread = spreadOf(next, this.#slots);
    for (const [name, spec] of next.hosts) {
      for (const { info } of spec.scripts) {
        slots.set(info.name, this.#slots.get(name) ?? 0);
        if (info.kind === "cron" || info.kind === "task") jobs.set(info.name, slots.get(info.name) ?? 0);
      }
    }
    this.#scripts = slots;
    this.#jobs = jobs;
    this.gateway.routes.set(socketTargets(next, spread), failedRoutes(next, "ws"));
    this.#http.route(httpTargets(next), slots);
    this.#claims.setFiles({ ws: takenPaths(next, "ws"), http: takenPaths(next, "http") });
    this.#schedule(next);
  }

  #schedule(next: Deployment): void {
    this.cron.stop();
    for (const { script, pattern, timezone } of next.crons)
      this.cron.set({ script, schedule: pattern, timezone });
  }

  #runJob(script: string, due: number): void {
    const slot = this.#jobs.get(script);
    if (slot !== undefined) this.front.push(slot, { kind: "run", script, due });
  }

  #frontParts(listeners: Listeners): FrontParts {
    const { programs, gateway, http } = this;
    return {
      sockets: gateway,
      hosts: programs,
      reports: this.#reports(),
      receivers: (slot) => ({ http: http.scripts, programs: programs.commandsOf(slot) }),
      onSettled: (_slot, event, outcome) => this.#onSettled(event, outcome),
      onQuestion: (question, reply, slot) => listeners.answer(question, reply, slot),
    };
  }

  #reports(): FrontReports {
    const { log } = this.#parts;
    const about = (slot: number): Readonly<Record<string, unknown>> =>
      aboutHost(this.front.supervisor(slot)?.spec);
    return {
      onLog: (line, slot) => this.#onLog(line, slot),
      onReport: ({ code, text }, slot) => log[ERRORS[code].level]({ ...about(slot), code }, text),
    };
  }

  #about(script: string): Readonly<Record<string, unknown>> {
    const slot = this.#scripts.get(script);
    return aboutScript(script, slot === undefined ? undefined : this.front.supervisor(slot)?.spec);
  }

  #onLog(line: LogLine, slot: number): void {
    const { level, text, script, version, event, at, fault } = line;
    const where = { script, ...(version === "" ? {} : { version }), ...(event === 0 ? {} : { event }) };
    this.#parts.log[level](
      { ...where, ...(at === null ? {} : { at }), ...(fault === null ? {} : { fault }) },
      text,
    );
    this.tasks.onLog(slot, line);
  }

  #onSettled(event: ScriptEvent, outcome: Outcome): void {
    if (event.kind === "request" && outcome !== "done") {
      const refusal = outcome === "culprit" ? REFUSALS.SCRIPT_FAILED : REFUSALS.INTERRUPTED;
      this.http.scripts.fail(event.head.request, refusal);
    }
    if (event.kind !== "run") return;
    if (!this.tasks.onSettled(event, outcome)) this.cron.done(event.script);
  }

  // What is not done when the grace is over is given up.
  async #emptied(graceMs: number): Promise<void> {
    const grace = new Promise<void>((resolve) => this.#parts.clock.after(graceMs, resolve));
    await Promise.race([this.front.directory.emptied(), grace]);
  }
}
