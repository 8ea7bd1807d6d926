import { realClock } from "../../../src/real-clock.ts";
import { nodePlatform } from "../../../src/host/script/node-platform.ts";
import {
  CommandLog,
  playCommands,
  type CommandReceivers,
  type HttpCommands,
  type ResponseHead,
} from "../../../src/boundary/commands.ts";
import { NO_PROGRAMS } from "../../support/receivers.ts";
import type { Instance, MaybePromise, Program, ScriptContext } from "../../../src/host/api/dialect.ts";
import { Directory } from "../../../src/front/directory/directory.ts";
import type { RequestHead } from "../../../src/boundary/events.ts";
import { HostSession } from "../../../src/host/api/host-session.ts";
import { Hub } from "../../../src/front/directory/hub.ts";
import type { Payload } from "../../../src/boundary/payload.ts";
import { Replica } from "../../../src/host/api/replica.ts";
import type { Room } from "../../../src/front/directory/session.ts";
import { Session } from "../../../src/front/directory/session.ts";
import { diesel } from "../../../src/dialects/diesel/index.ts";
import type { Outbox } from "../../../src/front/directory/outbox-port.ts";
import type { ScriptInfo } from "../../../src/boundary/script-info.ts";

/** A script without a file: given the names that a script finds, it answers its exports. */
export type Source = (names: Readonly<Record<string, unknown>>) => object | Promise<object>;

// oxlint-disable-next-line typescript/no-explicit-any -- a script sees the published objects without types
export type Published = any;

/** The front of a server without sockets: the real directory and hub, and an inbox for each client. */
export class Front {
  readonly directory = new Directory(() => undefined);
  readonly hub: Hub;
  readonly #receivers: CommandReceivers;
  readonly hosts: ScriptHost[] = [];
  readonly clients = new Map<number, Client>();
  readonly answers = new Map<number, WebAnswer>();
  refs = 0;

  constructor() {
    this.hub = new Hub(this.directory, {
      outbox: this.#outbox(),
      accept: (session) => void (this.#client(session).isAccepted = true),
      refuse: (session, status, reason) => {
        this.#client(session).refused = { status, reason };
        this.hub.finish(session);
      },
      push: () => undefined,
    });
    const http: HttpCommands = {
      respond: (request, head) => void this.#answer(request).heads.push(head),
      write: (request, data, last) => this.#answer(request).take(data, last),
      fail: (request) => void (this.#answer(request).fails += 1),
    };
    this.#receivers = { sessions: this.hub, http, programs: NO_PROGRAMS };
  }

  host(source: Source | object, info: Partial<ScriptInfo> = {}): ScriptHost {
    const host = new ScriptHost(this, typeof source === "function" ? (source as Source) : () => source, info);
    this.hosts.push(host);
    return host;
  }

  /** The turn is over: what the scripts commanded takes effect, and replicas learn of it. */
  settle(): void {
    for (const host of this.hosts) playCommands(host.commands.take(), this.#receivers);
    for (const host of this.hosts) host.replica.apply(this.directory.takeChanges(host.slot));
  }

  #client(session: Session): Client {
    return this.clients.get(session.ref)!;
  }

  #answer(request: number): WebAnswer {
    let answer = this.answers.get(request);
    if (answer === undefined) this.answers.set(request, (answer = new WebAnswer()));
    return answer;
  }

  #outbox(): Outbox {
    const send = (session: Session, data: Payload): void => void this.#client(session).inbox.push(data);
    return {
      send,
      broadcast: (room: Room, data, except) => {
        for (const member of room.members) if (member !== except && member.isSendable) send(member, data);
      },
      joining: () => undefined,
      leaving: () => undefined,
      close: (session, code, reason) => void (this.#client(session).ended ??= { code, reason }),
      hasClose: false,
      flush: () => undefined,
      hold: () => undefined,
    };
  }
}

export class WebAnswer {
  readonly heads: ResponseHead[] = [];
  readonly parts: Payload[] = [];
  writes = 0;
  ends = 0;
  fails = 0;

  take(data: Payload | null, last: boolean): void {
    this.writes += 1;
    if (data !== null) this.parts.push(data);
    if (last) this.ends += 1;
  }

  get status(): number {
    return this.heads[0]!.status;
  }

  get text(): string {
    return this.parts
      .map((part) => (typeof part === "string" ? part : new TextDecoder().decode(part)))
      .join("");
  }

  header(name: string): string[] {
    return this.heads[0]!.headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  }
}

/** What a client brings along. */
export interface Arrival {
  readonly headers?: string;
  readonly params?: Record<string, string>;
  /** Another route of the same host. */
  readonly route?: string;
}

export interface LoggedFault {
  readonly where: string;
  readonly error: unknown;
}

/** A script host without a thread: runs a program of the dialect as the runtime does, one call at a time. */
export class ScriptHost {
  readonly slot: number;
  readonly front: Front;
  readonly commands = new CommandLog(() => undefined);
  readonly replica: Replica;
  readonly program: Program;
  readonly info: ScriptInfo;
  readonly instances: { owner: HostSession | null; isEnded: boolean; names: readonly string[] }[] = [];
  readonly faults: LoggedFault[] = [];
  readonly warnings: string[] = [];
  follows = 0;
  /** What an instance answers that is asked whether its timers are done. */
  idle: Promise<void> = Promise.resolve();
  readonly #source: Source;

  constructor(front: Front, source: Source, info: Partial<ScriptInfo>) {
    this.front = front;
    this.slot = front.hosts.length;
    this.#source = source;
    this.info = { ...INFO, ...info };
    this.replica = new Replica(this.commands, () => {
      this.follows += 1;
      front.settle();
      return front.directory.follow(this.slot);
    });
    this.program = diesel.program(this.#side());
  }

  /** A client connects; resolved when `onOpen` is done. */
  async connect(url = "/ws/chat", more: Arrival = {}): Promise<Client> {
    const client = this.arrive(url, more);
    if (this.info.exports.includes("onUpgrade")) {
      await this.run(client, "onUpgrade", () => this.program.upgrade?.(client.session));
      if (!client.session.isAccepted) return client;
    }
    client.session.opened();
    this.front.directory.setState(client.place, "open");
    await this.run(client, "onOpen", () => this.program.open?.(client.session));
    return client;
  }

  /** A session in `connecting`, that no handler has been told of. */
  arrive(url: string, { headers = "", params, route = this.info.route }: Arrival = {}): Client {
    const ref = ++this.front.refs;
    const [path = "", query = ""] = url.split("?");
    const id = `00000000-0000-4000-8000-${String(ref).padStart(12, "0")}`;
    const { name: script } = this.info;
    const handshake = {
      id,
      script,
      route,
      path,
      query,
      headers,
      address: "192.0.2.7",
      params: params ?? null,
    };
    const place = new Session(ref, handshake, { host: this.slot, route: this.front.directory.route(route) });
    const client = new Client(this, new HostSession(ref, handshake, "connecting"), place);
    this.front.clients.set(ref, client);
    this.front.hub.admit(place);
    this.replica.add(client.session);
    return client;
  }

  /** What the runtime does with a call: faults are logged and told to the script, then the turn ends. */
  async run(client: Client | null, where: string, call: () => MaybePromise): Promise<void> {
    const session = client?.session ?? null;
    try {
      await call();
    } catch (error) {
      this.faults.push({ where, error });
      try {
        await this.program.error?.(session, error);
      } catch (again) {
        this.faults.push({ where: "onError", error: again });
      }
    }
    this.front.settle();
  }

  tick(deltaMs: number, index: number): Promise<void> {
    return this.run(null, "onTick", () => this.program.tick?.(deltaMs, index));
  }

  job(): Promise<void> {
    return this.run(null, "run", () => this.program.run?.());
  }

  async request(
    method: string,
    url: string,
    more: Partial<RequestHead> & { text?: string } = {},
  ): Promise<WebAnswer> {
    const request = ++this.front.refs;
    const { text, ...rest } = more;
    const blank = {
      script: this.info.name,
      route: this.info.route,
      headers: [],
      address: "192.0.2.7",
      params: null,
    };
    const head: RequestHead = { ...blank, request, method, url: `http://parlor.test${url}`, ...rest };
    const body = text === undefined ? null : new TextEncoder().encode(text);
    await this.run(null, "request", () => this.program.request?.(head, body));
    return this.front.answers.get(request)!;
  }

  #side(): ScriptContext {
    return {
      info: this.info,
      commands: this.commands,
      directory: this.replica,
      instantiate: (names, owner) => this.#instantiate(names, owner),
      fault: (error, where) => void this.faults.push({ where, error }),
      warn: (text) => void this.warnings.push(text),
      randomUUID: () => crypto.randomUUID(),
      ask: () => ({ ok: false, reason: "nobody listens" }),
      platform: nodePlatform(null, realClock),
      files: [],
    };
  }

  #instantiate(
    names: Readonly<Record<string, unknown>>,
    owner: HostSession | null,
  ): Instance | Promise<Instance> {
    const made = { owner, isEnded: false, names: Object.keys(names) };
    this.instances.push(made);
    const instance = (exports: object): Instance => ({
      exports: exports as Record<string, unknown>,
      end: () => void (made.isEnded = true),
      idle: () => this.idle,
    });
    const exports = this.#source(names);
    return exports instanceof Promise ? exports.then(instance) : instance(exports);
  }
}

/** A connected client and both of its sessions, the front's and the host's. */
export class Client {
  readonly host: ScriptHost;
  readonly session: HostSession;
  readonly place: Session;
  readonly inbox: Payload[] = [];
  ended: { code: number; reason: string } | null = null;
  refused: { status: number; reason: string } | null = null;
  isAccepted = false;

  constructor(host: ScriptHost, session: HostSession, place: Session) {
    this.host = host;
    this.session = session;
    this.place = place;
  }

  get id(): string {
    return this.session.id;
  }

  /** What has come since the last look. */
  read(): Payload[] {
    return this.inbox.splice(0);
  }

  say(data: Payload): Promise<void> {
    return this.host.run(this, "onMessage", () => this.host.program.message?.(this.session, data));
  }

  /** The client closes: the close event, then the session is gone everywhere. */
  async leave(code = 1000, reason = ""): Promise<void> {
    const { host, session, place } = this;
    host.front.hub.closed(place, code, reason);
    session.closing();
    await host.run(this, "onClose", () => host.program.close?.(session, code, reason));
    this.release();
    host.front.hub.finish(place);
    host.front.settle();
  }

  release(): void {
    this.host.program.endSession?.(this.session);
    this.host.replica.remove(this.session);
  }
}

const INFO: ScriptInfo = {
  kind: "ws",
  name: "ws/chat.ts",
  route: "/ws/chat",
  version: "1",
  dialect: "diesel",
  scope: "connection",
  tickRate: null,
  exports: ["onOpen", "onMessage", "onClose"],
};

/** The names of the methods that an object has by its class. */
export function methodsOf(value: object): string[] {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(value));
  return names.filter((name) => name !== "constructor").sort();
}
