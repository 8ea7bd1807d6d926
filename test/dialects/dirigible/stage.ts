import { realClock } from "../../../src/real-clock.ts";
import type { RouteClaim } from "../../../src/boundary/questions.ts";
import { CommandLog, playCommands, type Commands } from "../../../src/boundary/commands.ts";
import type { Instance, MaybePromise, Program, ScriptContext } from "../../../src/host/api/dialect.ts";
import type { ClientEvent } from "../../../src/boundary/events.ts";
import { HostSession } from "../../../src/host/api/host-session.ts";
import type { Payload } from "../../../src/boundary/payload.ts";
import { Replica } from "../../../src/host/api/replica.ts";
import { dirigible } from "../../../src/dialects/dirigible/index.ts";
import { nodePlatform } from "../../../src/host/script/node-platform.ts";
import type { ScriptInfo } from "../../../src/boundary/script-info.ts";

/** The files of a registry by their paths; what is no text is written as JSON. */
export type Files = Readonly<Record<string, unknown>>;

type Timer = { readonly callback: () => unknown; isCleared: boolean };

/** A registry without sockets and threads: sessions have inboxes, outbound connections have peers that a test plays. */
export class Stage {
  /** What the modules have printed: `log hello`. */
  readonly lines: string[] = [];
  readonly faults: string[] = [];
  readonly warnings: string[] = [];
  readonly visitors = new Map<number, Visitor>();
  readonly peers: Peer[] = [];
  readonly compiled: string[] = [];
  readonly timers: Timer[] = [];
  readonly program: Program;
  readonly replica: Replica;
  claims: readonly RouteClaim[] = [];
  readonly #log = new CommandLog(() => undefined);
  readonly #commands: Commands;
  #refs = 0;

  constructor(files: Files) {
    this.#commands = this.#front();
    this.replica = new Replica(this.#log, () => []);
    this.program = dirigible.program(this.#side(filesOf(files)));
  }

  /** The registry of these files, begun. */
  static async begun(files: Files): Promise<Stage> {
    const stage = new Stage(files);
    await stage.run(() => stage.program.start?.());
    return stage;
  }

  /** The files are these now. */
  edit(files: Files): Promise<void> {
    return this.run(() => this.program.files?.(filesOf(files)));
  }

  /** What `parlor run` does; resolved when the module is done. */
  module(path?: string): Promise<void> {
    return this.run(() => this.program.run?.(path));
  }

  /** Connects to an endpoint (`chat`) or to the scripts (`/service/js`). */
  async connect(to: string): Promise<Visitor> {
    const visitor = this.#arrive(to);
    await this.run(() => this.program.upgrade?.(visitor.session));
    if (!visitor.session.isAccepted) return visitor;
    visitor.session.opened();
    await this.run(() => this.program.open?.(visitor.session));
    return visitor;
  }

  /** A turn of the host: what is thrown is a fault, and what was commanded takes effect. */
  async run(call: () => MaybePromise): Promise<void> {
    const turn = this.begin(call);
    await turn;
  }

  /** The same, not waited for: the synchronous part is over when this returns. */
  begin(call: () => MaybePromise): Promise<void> {
    let result: MaybePromise;
    try {
      result = call();
    } catch (error) {
      result = Promise.reject(error as Error);
    }
    this.settle();
    return Promise.resolve(result)
      .then(
        () => undefined,
        (error: unknown) => this.#fault(error),
      )
      .then(() => this.settle());
  }

  settle(): void {
    const on = this.#commands;
    playCommands(this.#log.take(), { sessions: on, http: on, programs: on });
  }

  /** The faults since the last look. */
  takeFaults(): string[] {
    return this.faults.splice(0);
  }

  takeLines(): string[] {
    return this.lines.splice(0);
  }

  /** Lets all timers fire that wait. */
  fire(): void {
    for (const timer of this.timers.splice(0)) if (!timer.isCleared) timer.callback();
    this.settle();
  }

  #fault(error: unknown): void {
    this.faults.push(error instanceof Error ? error.message : String(error));
  }

  #arrive(to: string): Visitor {
    const ref = ++this.#refs;
    const [path, route, params] = to.startsWith("/service/")
      ? [to, "/service/:type", { type: to.slice("/service/".length) }]
      : [`/websockets/v4/service/${to}`, "/websockets/v4/service/:endpoint", { endpoint: to }];
    const id = `00000000-0000-4000-8000-${String(ref).padStart(12, "0")}`;
    const handshake = {
      id,
      script: "dirigible",
      route,
      path,
      query: "",
      headers: "",
      address: "::1",
      params,
    };
    const visitor = new Visitor(this, new HostSession(ref, handshake, "connecting"));
    this.visitors.set(ref, visitor);
    this.replica.add(visitor.session);
    return visitor;
  }

  #front(): Commands {
    const nothing = (): void => undefined;
    const visitor = (ref: number): Visitor => this.visitors.get(ref)!;
    const peer = (ref: number): Peer => this.peers.find((one) => one.ref === ref)!;
    return {
      send: (ref, data) => void visitor(ref).inbox.push(data),
      close: (ref, code, reason) => void (visitor(ref).ended ??= { code, reason }),
      refuse: (ref, status, reason) => void (visitor(ref).refused = { status, reason }),
      claim: (_script, claims) => void (this.claims = claims),
      connect: (script, ref, url) => void this.peers.push(new Peer(this, { script, ref, url })),
      sendClient: (ref, data) => void peer(ref).inbox.push(data),
      fail: () => undefined,
      closeClient: (ref, code, reason) => void (peer(ref).ended ??= { code, reason }),
      accept: nothing,
      join: nothing,
      leave: nothing,
      broadcast: nothing,
      publish: nothing,
      setAttribute: nothing,
      respond: nothing,
      write: nothing,
    };
  }

  #side(files: ScriptContext["files"]): ScriptContext {
    const platform = nodePlatform(null, realClock);
    return {
      info: INFO,
      commands: this.#log,
      directory: this.replica,
      instantiate: () => this.#world(),
      fault: (error) => this.#fault(error),
      warn: (text) => void this.warnings.push(text),
      randomUUID: () => crypto.randomUUID(),
      ask: () => ({ ok: false, reason: "nobody listens" }),
      platform: {
        ...platform,
        compile: (source) => {
          const factory = platform.compile(source);
          this.compiled.push(source.name);
          return factory;
        },
      },
      files,
    };
  }

  #world(): Instance {
    const own: Timer[] = [];
    const print =
      (level: string) =>
      (...args: unknown[]) =>
        void this.lines.push([level, ...args.map(String)].join(" "));
    const console = Object.fromEntries(LEVELS.map((level) => [level, print(level)]));
    const setTimeout = (callback: () => unknown): Timer => {
      const timer = { callback, isCleared: false };
      own.push(timer);
      this.timers.push(timer);
      return timer;
    };
    return {
      exports: { console, setTimeout },
      end: () => own.forEach((timer) => (timer.isCleared = true)),
      idle: async () => {
        while (own.some((timer) => this.timers.includes(timer))) await new Promise(setImmediate);
      },
    };
  }
}

/** A client of the registry. */
export class Visitor {
  readonly session: HostSession;
  readonly inbox: Payload[] = [];
  ended: { readonly code: number; readonly reason: string } | null = null;
  refused: { readonly status: number; readonly reason: string } | null = null;
  readonly #stage: Stage;

  constructor(stage: Stage, session: HostSession) {
    this.#stage = stage;
    this.session = session;
  }

  get id(): string {
    return this.session.id;
  }

  /** What has come since the last look. */
  read(): Payload[] {
    return this.inbox.splice(0);
  }

  say(data: Payload): Promise<void> {
    return this.#stage.run(() => this.#stage.program.message?.(this.session, data));
  }

  /** A request of a v2 client. */
  ask(module: string, params: Readonly<Record<string, unknown>> = {}): Promise<void> {
    return this.say(JSON.stringify({ module, params }));
  }

  async leave(code = 1000, reason = ""): Promise<void> {
    this.session.closing();
    await this.#stage.run(() => this.#stage.program.close?.(this.session, code, reason));
    this.#stage.program.endSession?.(this.session);
    this.#stage.replica.remove(this.session);
  }
}

/** The other end of an outbound connection. */
export class Peer {
  readonly ref: number;
  readonly url: string;
  readonly inbox: Payload[] = [];
  ended: { readonly code: number; readonly reason: string } | null = null;
  readonly #script: string;
  readonly #stage: Stage;

  constructor(stage: Stage, { script, ref, url }: { script: string; ref: number; url: string }) {
    this.#stage = stage;
    this.#script = script;
    this.ref = ref;
    this.url = url;
  }

  open(): Promise<void> {
    return this.tell({ kind: "clientOpen", ...this.#who() });
  }

  say(data: Payload): Promise<void> {
    return this.tell({ kind: "clientMessage", ...this.#who(), data });
  }

  fail(message: string): Promise<void> {
    return this.tell({ kind: "clientError", ...this.#who(), message });
  }

  close(code = 1000, reason = ""): Promise<void> {
    return this.tell({ kind: "clientClose", ...this.#who(), code, reason });
  }

  tell(event: ClientEvent): Promise<void> {
    return this.#stage.run(() => this.#stage.program.client?.(event));
  }

  #who(): { readonly script: string; readonly client: number } {
    return { script: this.#script, client: this.ref };
  }
}

/** A `*.websocket` artefact. */
export function artefact(handler: string, endpoint: string): object {
  return { handler, endpoint, description: "for a test" };
}

function filesOf(files: Files): ScriptContext["files"] {
  return Object.entries(files).map(([path, content]) => {
    return { path, text: typeof content === "string" ? content : JSON.stringify(content) };
  });
}

const LEVELS = ["log", "info", "warn", "error", "debug", "trace"];

const INFO: ScriptInfo = {
  kind: "program",
  name: "dirigible",
  route: "",
  version: "1",
  dialect: "dirigible",
  scope: "route",
  tickRate: null,
  exports: [],
};
