import { url as inspectorUrl } from "node:inspector";
import type { ResolvedConfig } from "../config.ts";
import type { ScriptInfo } from "../core/dialect.ts";
import type { ScriptEvent } from "../core/events.ts";
import type { Clock, LogLine, Loop } from "../core/ports.ts";
import type { Log } from "../log.ts";
import { CronSchedule } from "../scripts/cron.ts";
import type { HostFactory, HostSpec } from "../scripts/host.ts";
import { HttpTransport } from "../transport/http.ts";
import { TurnOutbox } from "../transport/outbox.ts";
import { Front, type Outcome } from "./front.ts";
import { Gateway } from "./gateway.ts";
import { NOTHING_INSTALLED, type Installation } from "./installation.ts";
import { isSameHost } from "./plan.ts";
import { Router } from "./router.ts";
import { TaskRuns } from "./task-runs.ts";

const isDebugged = (): boolean => inspectorUrl() !== undefined;

export interface EngineParts {
  readonly config: ResolvedConfig;
  readonly log: Log;
  readonly publicDir: string | null;
  readonly makeHost: HostFactory;
  readonly clock: Clock;
  readonly loop: Loop;
}

/** Bounds of what goes to a host at once, and for how long a flush is held; measured, see ARCHITECTURE.md. */
const BATCH_EVENTS = 256;
const BATCH_BYTES = 1024 * 1024;
const HOLD_MS = 2;
const GOING_AWAY = 1001;

interface HttpTarget {
  /** `null` when the script does not load. */
  readonly script: string | null;
  readonly slot: number;
}

/** All parts of a server but its port: the composition of front, sockets, HTTP, cron and tasks. */
export class Engine {
  readonly front: Front;
  readonly http: HttpTransport;
  readonly gateway: Gateway;
  readonly tasks: TaskRuns;
  readonly outbox: TurnOutbox;
  readonly cron: CronSchedule;
  readonly #parts: EngineParts;
  #installed: Installation = NOTHING_INSTALLED;
  #slots = new Map<string, number>();
  #httpRoutes = new Router<HttpTarget>();
  #jobs = new Map<string, number>();
  #startedAt = 0;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    const { clock, loop, config } = parts;
    this.#startedAt = clock.now();
    const deflateThreshold = config.deflate === false ? null : config.deflate.threshold;
    this.outbox = new TurnOutbox(clock, { unsentLimit: config.unsentLimit, deflateThreshold });
    const { waitingEvents, waitingBytes } = config;
    const limits = { batchEvents: BATCH_EVENTS, batchBytes: BATCH_BYTES, waitingEvents, waitingBytes };
    this.front = new Front({ clock, loop, limits, holdMs: HOLD_MS, isDebugged }, this.#frontListener());
    this.gateway = new Gateway(this.front, { outbox: this.outbox, clock, config });
    this.http = this.#makeHttp();
    this.tasks = new TaskRuns(this.front);
    this.cron = new CronSchedule({
      clock,
      run: (script, due) => this.#runJob(script, due),
      onOverlap: (script) =>
        parts.log.warn({ script }, `${script}: still running when it was due again; left out`),
    });
  }

  get installed(): Installation {
    return this.#installed;
  }

  /** Serves an installation in place of what was served before; sessions of routes that remain stay. */
  async install(next: Installation): Promise<void> {
    const slots = new Map<string, number>();
    const endings: Promise<void>[] = [];
    for (const [name, spec] of next.hosts) slots.set(name, this.#place(name, spec, endings));
    for (const [name, slot] of this.#slots) if (!slots.has(name)) endings.push(this.#retire(slot));
    this.#slots = slots;
    this.#installed = next;
    this.#route(next);
    await Promise.all(endings);
  }

  /** What `GET /_parlor/health` answers. */
  health(): Readonly<Record<string, unknown>> {
    const { clock } = this.#parts;
    return {
      status: this.#installed.failed.length === 0 ? "ok" : "degraded",
      uptimeSeconds: Math.round((clock.now() - this.#startedAt) / 1000),
      sessions: this.front.directory.size,
      routes: this.#installed.rows.length,
      failedRoutes: this.#installed.failed.map(({ route }) => route),
      faults: this.front.faults,
      discarded: this.front.discarded,
      messages: { ...this.outbox.counts },
    };
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
    this.http.close();
    await this.front.stop();
  }

  #place(name: string, spec: HostSpec, endings: Promise<void>[]): number {
    const known = this.#slots.get(name);
    const supervisor = known === undefined ? undefined : this.front.supervisor(known);
    if (known === undefined || supervisor === undefined)
      return this.front.addHost(spec, this.#parts.makeHost);
    if (!isSameHost(supervisor.spec, spec)) endings.push(supervisor.replace(spec, "reload"));
    return known;
  }

  async #retire(slot: number): Promise<void> {
    for (const session of [...this.front.directory.sessions()]) {
      if (session.host !== slot) continue;
      this.front.hub.close(session.ref, GOING_AWAY, "route has gone");
      this.front.hub.finish(session);
    }
    this.outbox.flush();
    await this.front.removeHost(slot);
  }

  #route(next: Installation): void {
    const http = new Router<HttpTarget>();
    const sockets: { info: ScriptInfo; slot: number }[] = [];
    const jobs = new Map<string, number>();
    for (const [name, spec] of next.hosts) {
      const slot = this.#slots.get(name) ?? 0;
      for (const { info } of spec.scripts) {
        if (info.kind === "ws") sockets.push({ info, slot });
        else if (info.kind === "http") http.add(info.route, { script: info.name, slot });
        else jobs.set(info.name, slot);
      }
    }
    for (const { kind, route } of next.failed)
      if (kind === "http") http.add(route, { script: null, slot: 0 });
    this.gateway.route(
      sockets,
      next.failed.filter(({ kind }) => kind === "ws").map(({ route }) => route),
    );
    this.#httpRoutes = http;
    this.#jobs = jobs;
    this.#schedule(next);
  }

  #schedule(next: Installation): void {
    this.cron.stop();
    for (const { script, pattern, timezone } of next.crons)
      this.cron.set({ script, schedule: pattern, timezone });
  }

  #runJob(script: string, due: number): void {
    const slot = this.#jobs.get(script);
    if (slot !== undefined) this.front.tell(slot, { kind: "run", script, due });
  }

  #makeHttp(): HttpTransport {
    const { config, clock, log, publicDir } = this.#parts;
    const { bodyLimit, unsentLimit, handlerTimeout } = config;
    return new HttpTransport(
      { bodyLimit, unsentLimit, handlerTimeout, publicDir, clock },
      {
        match: (path) => this.#matchHttp(path),
        deliver: (head, body) => this.front.tell(this.#slotOf(head.script), { kind: "request", head, body }),
        abort: (request) => this.front.tell(this.#slots.get("http") ?? 0, { kind: "abort", request }),
        health: () => this.health(),
        onFault: (text) => log.error({}, text),
      },
    );
  }

  #matchHttp(path: string): ReturnType<ConstructorParameters<typeof HttpTransport>[1]["match"]> {
    const match = this.#httpRoutes.match(path);
    if (match === null) return null;
    const { script, slot } = match.data;
    const isDown = script === null || this.front.supervisor(slot)?.state === "failed";
    if (isDown) return { status: 503, text: "the script of this path does not load" };
    return { script, params: match.params };
  }

  #slotOf(script: string): number {
    for (const [name, spec] of this.#installed.hosts) {
      if (spec.scripts.some(({ info }) => info.name === script)) return this.#slots.get(name) ?? 0;
    }
    return 0;
  }

  #frontListener(): ConstructorParameters<typeof Front>[1] {
    const { log } = this.#parts;
    return {
      outbox: this.outbox,
      accept: (session) => this.gateway.accept(session),
      refuse: (session, status, reason) => this.gateway.refuse(session, status, reason),
      respond: (request, head) => this.http.respond(request, head),
      write: (request, data, last) => this.http.write(request, data, last),
      claim: () => undefined,
      connect: () => undefined,
      sendClient: () => undefined,
      closeClient: () => undefined,
      onAsk: (_question, reply) => reply({ ok: false, reason: "not listening" }),
      onLog: (line, slot) => this.#onLog(line, slot),
      onDeath: (text) => log.error({}, text),
      onWarning: (text) => log.warn({}, text),
      onFailed: (name) =>
        log.error({}, `${name}: died while loading again and again; 503 until it is reloaded`),
      onSettled: (slot, event, outcome) => this.#onSettled(slot, event, outcome),
      pauseReading: (session) => this.gateway.pauseReading(session),
      resumeReading: (session) => this.gateway.resumeReading(session),
    };
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

  #onSettled(slot: number, event: ScriptEvent, outcome: Outcome): void {
    if (event.kind === "request" && outcome !== "done") {
      this.http.fail(event.head.request, outcome === "culprit" ? 500 : 503);
    }
    if (event.kind !== "run") return;
    if (!this.tasks.onSettled(slot, outcome)) this.cron.done(event.script);
  }

  // What is not done when the grace is over is given up.
  async #emptied(graceMs: number): Promise<void> {
    const grace = new Promise<void>((resolve) => this.#parts.clock.after(graceMs, resolve));
    await Promise.race([this.front.directory.emptied(), grace]);
  }
}
