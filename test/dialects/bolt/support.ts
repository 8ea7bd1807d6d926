import { playCommands, type ProgramCommands } from "../../../src/boundary/commands.ts";
import type { Commit } from "../../../src/boundary/batch.ts";
import type { ScriptEvent, SessionSnapshot } from "../../../src/boundary/events.ts";
import type { Payload } from "../../../src/boundary/payload.ts";
import type { RouteClaim } from "../../../src/boundary/questions.ts";
import type { ScriptInfo } from "../../../src/boundary/script-info.ts";
import { normalizePath } from "../../../src/boundary/text/path.ts";
import { BoltProgram } from "../../../src/dialects/bolt/program.ts";
import { Session } from "../../../src/front/directory/session.ts";
import { Dispatcher } from "../../../src/front/dispatch/dispatcher.ts";
import { Router } from "../../../src/front/ingress/router.ts";
import type { Program, ScriptContext } from "../../../src/host/api/dialect.ts";
import { ProgressRecord } from "../../../src/host/runtime/progress-record.ts";
import { Runtime } from "../../../src/host/runtime/runtime.ts";
import { nodePlatform } from "../../../src/host/script/node-platform.ts";
import { realLoop } from "../../../src/real-clock.ts";
import { FakeFront } from "../../support/fake-front.ts";
import { NO_PROGRAMS } from "../../support/receivers.ts";
import {
  ScriptReports,
  contextDefaults,
  instanceOf,
  programInfo,
  type Published,
  type Source,
} from "../../support/script-harness.ts";
import { TestClient, numberedHandshake } from "../../support/test-client.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { requestOf, type RequestParts, type WebAnswer } from "../../support/web-answers.ts";
import { scriptKey, type ScriptKey } from "../../../src/boundary/script-key.ts";

export type { Published as Names, Source } from "../../support/script-harness.ts";

/** The front of a server without sockets, for any number of programs. */
export class Front extends FakeFront<Client> {
  readonly apps: BoltApp[];

  constructor() {
    const apps: BoltApp[] = [];
    const claim: ProgramCommands["claim"] = (script, claims) => {
      for (const app of apps) if (scriptKey(app.info) === script) app.claims = claims;
    };
    super({
      wake: (slot) => apps[slot]?.dispatcher.wake(),
      push: (session, event) => apps[session.host]!.dispatcher.push(event),
      programs: { ...NO_PROGRAMS, claim },
    });
    this.apps = apps;
  }
}

/** Resolves when handlers, their promises, commits and events have run, as far as no time must pass. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise(setImmediate);
}

/** A running program. Its published names are usable outside of events too. */
export async function boltApp(source: Source, front = new Front(), more: More = {}): Promise<BoltApp> {
  const app = new BoltApp(front, source, more);
  await settled();
  return app;
}

interface More {
  /** How many messages may wait. */
  readonly limit?: number;
  /** The program's previous version, which this one replaces. */
  readonly instead?: BoltApp;
  /** The prefix of the program's paths. */
  readonly mount?: string;
}

/** What a client brings along. */
interface Arrival {
  readonly params?: Record<string, string>;
  readonly path?: string;
  /** Another script of the same host. */
  readonly script?: ScriptKey;
}

/** A host with one Bolt program: the real runtime, queue and order of events, without a thread. */
export class BoltApp extends ScriptReports {
  readonly front: Front;
  readonly slot: number;
  readonly info: ScriptInfo;
  readonly clock = new VirtualClock();
  readonly runtime: Runtime;
  readonly program: Program;
  readonly dispatcher: Dispatcher;
  claims: readonly RouteClaim[] = [];
  isInstanceEnded = false;
  /** The published names. */
  names: Published = {};

  constructor(front: Front, source: Source, { limit = 256, instead, mount = "" }: More) {
    super();
    this.front = front;
    this.slot = instead?.slot ?? front.apps.length;
    front.apps[this.slot] = this;
    this.info = { ...programInfo("bolt", `bolt/program-${this.slot}.ts`), route: mount };
    this.dispatcher = this.#dispatcher();
    this.runtime = this.#runtime();
    this.program = new BoltProgram(this.#context(source), { limit, timeout: 60_000 });
    this.runtime.install(scriptKey(this.info), this.program);
    const host = {
      incarnation: 1,
      deliver: (batch: Parameters<Runtime["deliver"]>[0]) => this.runtime.deliver(batch),
      stop: () => Promise.resolve(),
    };
    this.dispatcher.connect(host, []);
    const origin = { program: this.program, session: null, what: "program", kind: "handler" } as const;
    this.runtime.start(origin, () => this.program.start?.());
  }

  get bolt(): Published {
    return this.names.$bolt;
  }

  /** A client connects to a path of the program; resolved when it is open or settled. */
  async connect(pattern: string, more: Arrival = {}): Promise<Client> {
    const client = this.arrive(pattern, more);
    await settled();
    return client;
  }

  arrive(pattern: string, more: Arrival = {}): Client {
    const { front } = this;
    const ref = ++front.refs;
    const claim = this.claims.find((one) => one.kind === "ws" && one.pattern === pattern);
    const handshake = numberedHandshake(ref, {
      script: more.script ?? scriptKey(this.info),
      route: pattern,
      path: more.path ?? pattern,
      params: more.params ?? null,
    });
    const place = new Session(ref, handshake, { host: this.slot, route: front.directory.route(pattern) });
    const client = new Client(this, place);
    front.clients.set(ref, client);
    front.hub.admit(place);
    if (claim?.awaitsDecision !== true) client.accepted();
    else this.dispatcher.push({ kind: "upgrade", session: ref, handshake });
    return client;
  }

  /** An HTTP request; resolved when its handler has settled. */
  async request(method: string, path: string, more: RequestParts = {}): Promise<WebAnswer> {
    const answer = this.ask(method, path, more);
    await settled();
    return answer;
  }

  ask(method: string, path: string, more: RequestParts = {}): WebAnswer {
    const ref = ++this.front.refs;
    const blank = { script: scriptKey(this.info), route: this.#routeOf(path) };
    const [head, body] = requestOf(ref, { ...blank, method, ...more, url: path });
    this.dispatcher.push({ kind: "request", head, body });
    return this.front.answers.of(ref);
  }

  /** The pattern that the front's router finds among the claims; "" when none matches. */
  #routeOf(path: string): string {
    const router = new Router<string>();
    for (const { kind, pattern } of this.claims) if (kind === "http") router.add(pattern, pattern);
    const found = normalizePath(new URL(path, "http://parlor.test").pathname);
    return found === null ? "" : (router.match(found)?.data ?? "");
  }

  /** Takes over sessions of another incarnation. */
  async takeOver(sessions: readonly SessionSnapshot[]): Promise<void> {
    this.dispatcher.push({ kind: "takeover", sessions, reason: "reload" });
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

  #context(source: Source): ScriptContext {
    return {
      ...contextDefaults(),
      info: this.info,
      commands: this.runtime.commands,
      directory: this.runtime.replica,
      instantiate: (names) => {
        this.names = names;
        return instanceOf(source, names, { end: () => void (this.isInstanceEnded = true) });
      },
      fault: (error, where) =>
        this.runtime.fault(error, { program: this.program, session: null, what: where, kind: "handler" }),
      ...this.logs,
      platform: nodePlatform(null, this.clock),
    };
  }
}

/** The client's end of a session. */
export class Client extends TestClient {
  readonly app: BoltApp;
  readonly place: Session;
  readonly #beforeOpen: Payload[] = [];
  isOpen = false;

  constructor(app: BoltApp, place: Session) {
    super();
    this.app = app;
    this.place = place;
  }

  get id(): string {
    return this.place.handshake.id;
  }

  /** The 101: messages that were sent before it follow. */
  override accepted(): void {
    super.accepted();
    this.isOpen = true;
    this.inbox.push(...this.#beforeOpen.splice(0));
    const { ref: session, handshake } = this.place;
    this.app.front.directory.setState(this.place, "open");
    this.app.dispatcher.push({ kind: "open", session, handshake });
  }

  override receive(data: Payload): void {
    (this.isOpen ? this.inbox : this.#beforeOpen).push(data);
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

  /** The snapshot for the incarnation that takes the session over. */
  get snapshot(): SessionSnapshot {
    const { ref: session, handshake, rooms } = this.place;
    const names = Array.from(rooms ?? [], (room) => room.name);
    return { session, handshake, state: "open", isOpened: true, rooms: names, attributes: [] };
  }
}

/** A promise that a test settles when it likes. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}
