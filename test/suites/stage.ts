import { onTestFinished } from "vitest";
import type { DispatchLimits } from "../../src/front/dispatch/event-queue.ts";
import type { ScriptEvent } from "../../src/boundary/events.ts";
import { Session } from "../../src/front/directory/session.ts";
import { compileSource } from "../../src/load/bundle/bundle.ts";
import type { HostFactory, HostSpec, ScriptSpec } from "../../src/boundary/host-spec.ts";
import { realClock, realLoop } from "../../src/real-clock.ts";
import { Front } from "../../src/front/front.ts";
import { ERRORS } from "../../src/boundary/errors.ts";
import type { FrontParts, Outcome } from "../../src/front/front-parts.ts";
import { NO_PROGRAMS } from "../support/receivers.ts";
import { TurnOutbox } from "../../src/front/outbox/outbox.ts";
import { TempApp } from "../load/temp-app.ts";
import { anyHandshake } from "../support/any-session.ts";
import { Guest } from "./guest.ts";
import type { Clock } from "../../src/boundary/clock.ts";
import type { Batch, Commit } from "../../src/boundary/batch.ts";
import type { LogLine } from "../../src/boundary/log-line.ts";
import type { Outbox } from "../../src/front/directory/outbox-port.ts";
import type { Host } from "../../src/boundary/host.ts";
import type { ScriptInfo } from "../../src/boundary/script-info.ts";
import { scriptKey } from "../../src/boundary/script-key.ts";
import type { TurnLimit } from "../../src/boundary/turn/turn-limit.ts";
import { PATIENCE_MS } from "../support/patience.ts";

/** Where scripts run, and what cannot be done to a host there. */
export interface Place {
  readonly name: string;
  readonly makeHost: HostFactory;
  /** Whether it goes on while this thread stands still. */
  readonly isBeside: boolean;
  /** Whether the host reports a rejected promise that is not awaited. */
  readonly seesRejections: boolean;
}

export interface StageOptions {
  readonly limits?: Partial<DispatchLimits>;
  /** The front's time; scripts have the real one. */
  readonly clock?: Clock;
}

export interface RouteOptions extends Partial<Pick<ScriptInfo, "kind" | "scope" | "tickRate">> {
  readonly slice?: number;
  readonly handlerTimeout?: number;
  readonly turnLimit?: TurnLimit;
  readonly shared?: Readonly<Record<string, string>>;
}

/** What went through the boundary, in order. */
export type Passage =
  | { readonly slot: number; readonly incarnation: number; readonly batch: Batch }
  | { readonly slot: number; readonly incarnation: number; readonly commit: Commit };

const LIMITS: DispatchLimits = {
  batchEvents: 256,
  batchBytes: 1 << 20,
  waitingEvents: 10_000,
  waitingBytes: 1 << 24,
};

/** A front with an outbox and no network: scripts given as text, guests whose messages are all that counts. */
export class Stage {
  readonly front: Front;
  readonly passages: Passage[] = [];
  readonly lines: LogLine[] = [];
  readonly deaths: string[] = [];
  readonly failed: string[] = [];
  readonly warnings: string[] = [];
  readonly outcomes: { readonly event: ScriptEvent; readonly outcome: Outcome }[] = [];
  readonly answers = new Map<number, { status: number; body: string }>();
  /** What the outbox was asked for, in order. */
  readonly flushes: ("flush" | "hold")[] = [];
  readonly paused = new Set<Session>();
  readonly guests = new Map<Session, Guest>();
  /** Called when a host has been handed a batch. */
  afterDeliver: (batch: Batch) => void = () => undefined;
  readonly place: Place;
  readonly outbox: TurnOutbox;
  readonly #waiting = new Set<() => void>();
  #routes = 0;
  #isLooking = false;

  constructor(place: Place, { limits = {}, clock = realClock }: StageOptions = {}) {
    this.place = place;
    this.outbox = new TurnOutbox(clock);
    this.front = new Front(
      { clock, loop: realLoop, limits: { ...LIMITS, ...limits }, holdMs: 2 },
      this.#watchedOutbox(),
    );
    this.front.attach(this.#parts());
    onTestFinished(() => this.front.stop());
  }

  /** A script and its host. */
  async route(text: string, options: RouteOptions = {}): Promise<Route> {
    this.#routes += 1;
    const spec = await hostSpec(`${options.kind ?? "ws"}/r${this.#routes}.js`, text, options);
    return new Route(this, this.front.addHost(spec, { makeHost: this.#watched(this.#routes) }), spec);
  }

  get log(): string[] {
    return this.lines.map((line) => line.text);
  }

  commits(slot: number): Commit[] {
    return this.passages.flatMap((passage) =>
      "commit" in passage && passage.slot === slot ? [passage.commit] : [],
    );
  }

  batches(slot: number): Batch[] {
    return this.passages.flatMap((passage) =>
      "batch" in passage && passage.slot === slot ? [passage.batch] : [],
    );
  }

  /** Resolves as soon as this is so. */
  async sees(what: () => boolean, patience = PATIENCE_MS): Promise<void> {
    if (what()) return;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!what()) return;
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(
        () => reject(new Error(`waited in vain for ${String(what)}\n${this.#state()}`)),
        patience,
      );
      this.#waiting.add(look);
    });
  }

  /** Resolves with the first line that fits. */
  async logged(text: RegExp): Promise<LogLine> {
    await this.sees(() => this.log.some((line) => text.test(line)));
    return this.lines.find((line) => text.test(line.text)) as LogLine;
  }

  /** Looks at what tests wait for, once for all that happens in this turn. */
  look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    queueMicrotask(() => {
      this.#isLooking = false;
      for (const look of [...this.#waiting]) look();
    });
  }

  #state(): string {
    return [...this.deaths, ...this.log].join("\n");
  }

  // Slots are given in the order of the routes.
  #watched(slot: number): HostFactory {
    return (incarnation, spec, listener) => {
      const host: Host = this.place.makeHost(incarnation, spec, {
        ...listener,
        onCommit: (commit, receipt) => {
          // A copy: the front empties the list when it has applied it.
          const copy = { ...commit, commands: [...commit.commands] };
          this.passages.push({ slot, incarnation, commit: copy });
          listener.onCommit(commit, receipt);
          this.look();
        },
      });
      const deliver = (batch: Batch): void => {
        this.passages.push({ slot, incarnation, batch });
        host.deliver(batch);
        this.afterDeliver(batch);
      };
      return { incarnation, deliver, stop: () => host.stop() };
    };
  }

  #parts(): FrontParts {
    return {
      sockets: {
        accept: (session) => this.#accept(session),
        refuse: (session, { status, text }) => this.#refuse(session, status, text),
        fail: (session, code, reason) => this.front.hub.close(session.ref, code, reason),
        pauseReading: (session) => void this.paused.add(session),
        resumeReading: (session) => void this.paused.delete(session),
      },
      hosts: { onFailed: (slot) => (this.failed.push(this.front.supervisor(slot)?.name ?? ""), this.look()) },
      reports: {
        onLog: (line) => (this.lines.push(line), this.look()),
        onReport: ({ code, text }) => {
          if (ERRORS[code].level === "warn") this.warnings.push(text);
          else if (code !== "PARLOR_HOST_FAILED") this.deaths.push(text);
          this.look();
        },
      },
      receivers: () => ({
        http: {
          respond: (request, head) => void this.answers.set(request, { status: head.status, body: "" }),
          write: (request, data) => this.#write(request, data),
          fail: () => undefined,
        },
        programs: NO_PROGRAMS,
      }),
      onSettled: (_slot, event, outcome) => (this.outcomes.push({ event, outcome }), this.look()),
      questions: {
        answer: (_question, reply) => reply({ ok: false, reason: "no program may listen here" }),
      },
    };
  }

  #watchedOutbox(): Outbox {
    const { outbox, flushes } = this;
    const note = (what: "flush" | "hold", call: () => void): void => {
      flushes.push(what);
      call();
    };
    return {
      set onUnsent(listener: (session: Session, bytes: number) => void) {
        outbox.onUnsent = listener;
      },
      send: (session, data, options) => outbox.send(session, data, options),
      sendEnvelope: (session, text) => outbox.sendEnvelope(session, text),
      sendEnvelopes: (sessions, text) => outbox.sendEnvelopes(sessions, text),
      atFlush: (action) => outbox.atFlush(action),
      broadcast: (room, data, except, options) => outbox.broadcast(room, data, except, options),
      joining: (session, room) => outbox.joining(session, room),
      leaving: (session, room) => outbox.leaving(session, room),
      close: (session, code, reason) => outbox.close(session, code, reason),
      get hasClose() {
        return outbox.hasClose;
      },
      flush: () => note("flush", () => outbox.flush()),
      hold: (ms) => note("hold", () => outbox.hold(ms)),
    };
  }

  #accept(session: Session): void {
    const guest = this.guests.get(session);
    if (guest === undefined || session.state !== "connecting") return;
    this.front.directory.setState(session, "open");
    this.front.push(session.host, { kind: "open", session: session.ref, handshake: session.handshake });
    this.outbox.attach(session, guest.link);
  }

  #refuse(session: Session, status: number, reason: string): void {
    const guest = this.guests.get(session);
    if (guest !== undefined) guest.refused = { status, reason };
    this.outbox.forget(session);
    this.front.hub.finish(session);
    this.look();
  }

  #write(request: number, data: string | Uint8Array | null): void {
    const answer = this.answers.get(request);
    if (answer !== undefined && data !== null) answer.body += Buffer.from(data).toString();
    this.look();
  }
}

/** A script on the stage. */
export class Route {
  readonly slot: number;
  readonly spec: HostSpec;
  readonly #stage: Stage;

  constructor(stage: Stage, slot: number, spec: HostSpec) {
    this.#stage = stage;
    this.slot = slot;
    this.spec = spec;
  }

  get info(): ScriptInfo {
    return (this.spec.scripts[0] as ScriptSpec).info;
  }

  get supervisor(): NonNullable<ReturnType<Front["supervisor"]>> {
    return this.#stage.front.supervisor(this.slot) as NonNullable<ReturnType<Front["supervisor"]>>;
  }

  get commits(): Commit[] {
    return this.#stage.commits(this.slot);
  }

  get batches(): Batch[] {
    return this.#stage.batches(this.slot);
  }

  /** `script`: another one than the host runs. */
  connect(script = scriptKey(this.info)): Guest {
    const { front, guests } = this.#stage;
    const ref = front.nextRef();
    const handshake = { ...anyHandshake(`guest-${ref}`), script, route: this.info.route };
    const session = new Session(ref, handshake, {
      host: this.slot,
      route: front.directory.route(handshake.route),
    });
    const guest = new Guest(front, session, () => this.#stage.look());
    guests.set(session, guest);
    front.hub.admit(session);
    if (this.info.exports.includes("onUpgrade")) this.tell({ kind: "upgrade", session: ref, handshake });
    else front.hub.accept(ref, { protocol: null, headers: [] });
    return guest;
  }

  tell(event: ScriptEvent): void {
    this.#stage.front.push(this.slot, event);
  }

  request(request: number, path = "/"): void {
    const head = {
      request,
      script: scriptKey(this.info),
      route: this.info.route,
      method: "GET",
      url: `http://stage.test${path}`,
      headers: [],
      address: "",
      params: null,
    };
    this.tell({ kind: "request", head, body: null });
  }

  /** Makes ready to put other code in place of this: what it answers does so at once. */
  async prepare(text: string): Promise<() => Promise<void>> {
    const { name, scope, tickRate, kind } = this.info;
    const spec = await hostSpec(name, text, { scope, tickRate, kind });
    return async () => void (await this.supervisor.replace(spec, "reload"));
  }

  /** Resolves when nothing waits for the host and nothing is pending. */
  async idle(): Promise<void> {
    await this.#stage.sees(() => this.supervisor.dispatcher.isIdle);
  }
}

/** A host's spec for one script, given as text. */
export async function hostSpec(name: string, text: string, options: RouteOptions = {}): Promise<HostSpec> {
  const app = new TempApp({ [name]: text, ...options.shared });
  const bundle = await app.bundle(name);
  const shared = await app.shared(bundle.shared);
  const route = `/${name.replace(/\.\w+$/, "")}`;
  const info: ScriptInfo = {
    kind: options.kind ?? "ws",
    name,
    route,
    version: bundle.version,
    dialect: "diesel",
    scope: options.scope ?? "connection",
    tickRate: options.tickRate ?? null,
    exports: Array.from(
      text.matchAll(/^\s*export (?:async )?(?:function|const) (\w+)/gm),
      (match) => match[1] as string,
    ),
  };
  const source = { ...compileSource(app.path(name), bundle), map: bundle.map };
  return {
    name: route,
    scripts: [{ info, source, module: null }],
    shared: [...shared].map(([file, made]) => ({ ...compileSource(file, made), map: made.map })),
    limits: {
      slice: options.slice ?? 4,
      handlerTimeout: options.handlerTimeout ?? 60_000,
      ...(options.turnLimit === undefined ? {} : { turnLimit: options.turnLimit }),
    },
  };
}
