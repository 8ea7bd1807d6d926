import { normalizePath } from "../../../src/boundary/text/path.ts";
import { Router } from "../../../src/front/ingress/router.ts";
import type { RouteClaim } from "../../../src/boundary/questions.ts";
import {
  playCommands,
  type CommandReceivers,
  type HttpCommands,
  type ProgramCommands,
  type ResponseHead,
} from "../../../src/boundary/commands.ts";
import { NO_PROGRAMS } from "../../support/receivers.ts";
import type { Instance, Program, ScriptContext } from "../../../src/host/api/dialect.ts";
import { Directory } from "../../../src/front/directory/directory.ts";
import { Dispatcher } from "../../../src/front/dispatch/dispatcher.ts";
import type { SessionSnapshot, RequestHead, ScriptEvent } from "../../../src/boundary/events.ts";
import { Hub } from "../../../src/front/directory/hub.ts";
import type { Payload } from "../../../src/boundary/payload.ts";
import { Session, type Room } from "../../../src/front/directory/session.ts";
import { BoltProgram } from "../../../src/dialects/bolt/program.ts";
import { ProgressRecord } from "../../../src/host/runtime/progress-record.ts";
import { nodePlatform } from "../../../src/host/script/node-platform.ts";
import { realLoop } from "../../../src/real-clock.ts";
import { Runtime } from "../../../src/host/runtime/runtime.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import type { Commit } from "../../../src/boundary/batch.ts";
import type { Outbox } from "../../../src/front/directory/outbox-port.ts";
import type { ScriptInfo } from "../../../src/boundary/script-info.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- a program sees the published names without types
export type Names = any;

/** A program without a file: given the published names, it answers its exports. */
export type Source = (names: Names) => object | void | Promise<object>;

/** The front of a server without sockets, for any number of programs. */
export class Front {
  readonly directory = new Directory((slot) => this.apps[slot]?.dispatcher.wake());
  readonly hub: Hub;
  readonly receivers: CommandReceivers;
  readonly apps: BoltApp[] = [];
  readonly clients = new Map<number, Client>();
  readonly answers = new Map<number, WebAnswer>();
  refs = 0;

  constructor() {
    this.hub = new Hub(this.directory, {
      outbox: this.#outbox(),
      accept: (session) => this.clients.get(session.ref)?.accepted(),
      refuse: (session, status, reason) => {
        this.clients.get(session.ref)!.refused = { status, reason };
        this.hub.finish(session);
      },
      push: (session, event) => this.apps[session.host]!.dispatcher.push(event),
    });
    const http: HttpCommands = {
      respond: (request, head) => void this.answers.get(request)?.heads.push(head),
      write: (request, data, last) => this.answers.get(request)?.take(data, last),
      fail: () => undefined,
    };
    const claim: ProgramCommands["claim"] = (script, claims) => {
      for (const app of this.apps) if (app.info.name === script) app.claims = claims;
    };
    this.receivers = { sessions: this.hub, http, programs: { ...NO_PROGRAMS, claim } };
  }

  #outbox(): Outbox {
    const send = (session: Session, data: Payload): void => this.clients.get(session.ref)?.receive(data);
    return {
      send,
      broadcast: (room: Room, data, except) => {
        for (const member of room.members) if (member !== except && member.isSendable) send(member, data);
      },
      joining: () => undefined,
      leaving: () => undefined,
      close: (session, code, reason) => void (this.clients.get(session.ref)!.ended ??= { code, reason }),
      hasClose: false,
      flush: () => undefined,
      hold: () => undefined,
    };
  }
}

/** Lets everything happen that can happen without time passing: handlers, their promises, commits and events. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise(setImmediate);
}

/** Published objects, as the program of these tests found them: usable from outside of events too. */
export async function boltApp(source: Source, front = new Front(), more: More = {}): Promise<BoltApp> {
  const app = new BoltApp(front, source, more);
  await settled();
  return app;
}

interface More {
  /** How many messages may wait. */
  readonly limit?: number;
  /** The program's earlier version, which this one takes the place of. */
  readonly instead?: BoltApp;
  /** What the program's paths begin with. */
  readonly mount?: string;
}

/** What a client brings along. */
interface Arrival {
  readonly params?: Record<string, string>;
  readonly path?: string;
  /** Another script of the same host. */
  readonly script?: string;
}

/** A host with one Bolt program: the real runtime, queue and order of events, without a thread. */
export class BoltApp {
  readonly front: Front;
  readonly slot: number;
  readonly info: ScriptInfo;
  readonly clock = new VirtualClock();
  readonly runtime: Runtime;
  readonly program: Program;
  readonly dispatcher: Dispatcher;
  readonly faults: { error: unknown; where: string }[] = [];
  readonly warnings: string[] = [];
  claims: readonly RouteClaim[] = [];
  isInstanceEnded = false;
  /** The published names. */
  names: Names = {};

  constructor(front: Front, source: Source, { limit = 256, instead, mount = "" }: More) {
    this.front = front;
    this.slot = instead?.slot ?? front.apps.length;
    front.apps[this.slot] = this;
    this.info = { ...INFO, route: mount, name: `bolt/program-${this.slot}.ts` };
    this.dispatcher = this.#dispatcher();
    this.runtime = this.#runtime();
    this.program = new BoltProgram(this.#side(source), { limit, timeout: 60_000 });
    this.runtime.install(this.info.name, this.program);
    const host = {
      incarnation: 1,
      deliver: (batch: Parameters<Runtime["deliver"]>[0]) => this.runtime.deliver(batch),
      stop: () => Promise.resolve(),
    };
    this.dispatcher.connect(host, []);
    const origin = { program: this.program, session: null, what: "program", kind: "handler" } as const;
    this.runtime.start(origin, () => this.program.start?.());
  }

  get bolt(): Names {
    return this.names.$bolt;
  }

  /** The texts of what was logged as faults. */
  get faultTexts(): string[] {
    return this.faults.map(({ error }) => (error instanceof Error ? error.message : String(error)));
  }

  /** A client comes in by a path of the program; resolved when it is open, or when all that can happen has. */
  async connect(pattern: string, more: Arrival = {}): Promise<Client> {
    const client = this.arrive(pattern, more);
    await settled();
    return client;
  }

  arrive(pattern: string, more: Arrival = {}): Client {
    const { front } = this;
    const ref = ++front.refs;
    const claim = this.claims.find((one) => one.kind === "ws" && one.pattern === pattern);
    const handshake = {
      id: `00000000-0000-4000-8000-${String(ref).padStart(12, "0")}`,
      script: more.script ?? this.info.name,
      route: pattern,
      path: more.path ?? pattern,
      query: "",
      headers: "",
      address: "192.0.2.7",
      params: more.params ?? null,
    };
    const place = new Session(ref, handshake, { host: this.slot, route: front.directory.route(pattern) });
    const client = new Client(this, place);
    front.clients.set(ref, client);
    front.hub.admit(place);
    if (claim?.awaitsDecision !== true) client.accepted();
    else this.dispatcher.push({ kind: "upgrade", session: ref, handshake });
    return client;
  }

  /** An HTTP request; resolved when all that can happen has. */
  async request(
    method: string,
    path: string,
    more: Partial<RequestHead> & { text?: string } = {},
  ): Promise<WebAnswer> {
    const answer = this.ask(method, path, more);
    await settled();
    return answer;
  }

  ask(method: string, path: string, more: Partial<RequestHead> & { text?: string } = {}): WebAnswer {
    const request = ++this.front.refs;
    const { text, ...rest } = more;
    const blank = { script: this.info.name, headers: [], address: "192.0.2.7", params: null };
    const route = this.#routeOf(path);
    const head: RequestHead = { ...blank, route, request, method, url: `http://parlor.test${path}`, ...rest };
    const body = text === undefined ? null : new TextEncoder().encode(text);
    const answer = new WebAnswer(request);
    this.front.answers.set(request, answer);
    this.dispatcher.push({ kind: "request", head, body });
    return answer;
  }

  /** The pattern that the front's router finds among the claims; "" when none matches. */
  #routeOf(path: string): string {
    const router = new Router<string>();
    for (const { kind, pattern } of this.claims) if (kind === "http") router.add(pattern, pattern);
    const found = normalizePath(new URL(path, "http://parlor.test").pathname);
    return found === null ? "" : (router.match(found)?.data ?? "");
  }

  /** Hands over sessions that another incarnation has served. */
  async adopt(adoptions: readonly SessionSnapshot[]): Promise<void> {
    this.dispatcher.push({ kind: "takeover", sessions: adoptions, reason: "reload" });
    await settled();
  }

  #dispatcher(): Dispatcher {
    const limits = { batchEvents: 256, batchBytes: 1 << 20, waitingEvents: 10_000, waitingBytes: 1 << 24 };
    return new Dispatcher(realLoop, limits, {
      onDone: (event) => this.#done(event),
      onLost: () => undefined,
      onPressure: () => undefined,
      takeChanges: () => this.front.directory.takeChanges(this.slot),
    });
  }

  #done(event: ScriptEvent): void {
    if (event.kind !== "close") return;
    const session = this.front.directory.sessions.get(event.session);
    if (session !== undefined) this.front.hub.finish(session);
  }

  #runtime(): Runtime {
    const ports = {
      clock: this.clock,
      loop: realLoop,
      progress: new ProgressRecord(),
      commit: (commit: Commit) => {
        playCommands(commit.commands, this.front.receivers);
        this.dispatcher.acknowledge(commit);
      },
      log: () => undefined,
      follow: () => this.front.directory.follow(this.slot),
    };
    return new Runtime(
      ports,
      { slice: 4, handlerTimeout: 60_000 },
      {
        onFault: (error, { what }) => void this.faults.push({ error, where: what }),
        onPopulation: () => undefined,
        onTakeOver: () => undefined,
      },
    );
  }

  #side(source: Source): ScriptContext {
    return {
      info: this.info,
      commands: this.runtime.commands,
      directory: this.runtime.replica,
      instantiate: (names) => this.#instantiate(source, names),
      fault: (error, where) =>
        this.runtime.fault(error, { program: this.program, session: null, what: where, kind: "handler" }),
      warn: (text) => void this.warnings.push(text),
      randomUUID: () => crypto.randomUUID(),
      ask: () => ({ ok: false, reason: "nobody listens" }),
      platform: nodePlatform(null, this.clock),
      files: [],
    };
  }

  #instantiate(source: Source, names: Names): Instance | Promise<Instance> {
    this.names = names;
    const instance = (exports: object | void): Instance => ({
      exports: { ...exports } as Record<string, unknown>,
      end: () => void (this.isInstanceEnded = true),
      idle: () => Promise.resolve(),
    });
    const made = source(names);
    return made instanceof Promise ? made.then(instance) : instance(made);
  }
}

/** The client's end of a session. */
export class Client {
  readonly app: BoltApp;
  readonly place: Session;
  readonly #inbox: Payload[] = [];
  readonly #beforeOpen: Payload[] = [];
  ended: { code: number; reason: string } | null = null;
  refused: { status: number; reason: string } | null = null;
  isOpen = false;

  constructor(app: BoltApp, place: Session) {
    this.app = app;
    this.place = place;
  }

  get id(): string {
    return this.place.handshake.id;
  }

  /** The 101: what was sent before follows it. */
  accepted(): void {
    this.isOpen = true;
    this.#inbox.push(...this.#beforeOpen.splice(0));
    const { ref: session, handshake } = this.place;
    this.app.front.directory.setState(this.place, "open");
    this.app.dispatcher.push({ kind: "open", session, handshake });
  }

  receive(data: Payload): void {
    (this.isOpen ? this.#inbox : this.#beforeOpen).push(data);
  }

  /** What has come since the last look. */
  read(): Payload[] {
    return this.#inbox.splice(0);
  }

  async say(...data: readonly Payload[]): Promise<void> {
    this.post(...data);
    await settled();
  }

  post(...data: readonly Payload[]): void {
    for (const one of data) {
      this.app.dispatcher.push({ kind: "message", session: this.place.ref, data: one });
    }
  }

  async leave(code = 1000, reason = ""): Promise<void> {
    this.app.front.hub.closed(this.place, code, reason);
    await settled();
  }

  /** What the front hands to an incarnation that takes the session over. */
  get adoption(): SessionSnapshot {
    const { ref: session, handshake, rooms } = this.place;
    const names = Array.from(rooms ?? [], (room) => room.name);
    return { session, handshake, state: "open", isOpened: true, rooms: names, attributes: [] };
  }
}

export class WebAnswer {
  readonly ref: number;
  readonly heads: ResponseHead[] = [];
  readonly parts: Payload[] = [];
  ends = 0;

  constructor(ref: number) {
    this.ref = ref;
  }

  take(data: Payload | null, last: boolean): void {
    if (data !== null) this.parts.push(data);
    if (last) this.ends += 1;
  }

  get status(): number | undefined {
    return this.heads[0]?.status;
  }

  get text(): string {
    return this.parts
      .map((part) => (typeof part === "string" ? part : new TextDecoder().decode(part)))
      .join("");
  }

  header(name: string): string | undefined {
    return this.heads[0]?.headers.find(([key]) => key.toLowerCase() === name)?.[1];
  }
}

/** A promise that a test settles when it likes. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}

const INFO: ScriptInfo = {
  kind: "program",
  name: "bolt/program.ts",
  route: "",
  version: "1",
  dialect: "bolt",
  scope: "route",
  tickRate: null,
  exports: [],
};
