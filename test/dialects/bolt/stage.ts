import type { ProgramCommands } from "../../../src/boundary/commands.ts";
import type { SessionSnapshot } from "../../../src/boundary/events.ts";
import type { RouteClaim } from "../../../src/boundary/questions.ts";
import type { ScriptInfo } from "../../../src/boundary/script-info.ts";
import { normalizePath } from "../../../src/boundary/text/path.ts";
import { BoltProgram } from "../../../src/dialects/bolt/program.ts";
import { Session } from "../../../src/front/directory/session.ts";
import type { Dispatcher } from "../../../src/front/dispatch/dispatcher.ts";
import { Router } from "../../../src/front/ingress/router.ts";
import type { Program, ScriptContext } from "../../../src/host/api/dialect.ts";
import type { Runtime } from "../../../src/host/runtime/runtime.ts";
import { nodePlatform } from "../../../src/host/script/node-platform.ts";
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
import { numberedHandshake } from "../../support/test-client.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { requestOf, type RequestParts, type WebAnswer } from "../../support/web-answers.ts";
import { scriptKey, type ScriptKey } from "../../../src/boundary/script-key.ts";
import { RuntimeHost } from "../../support/runtime-host.ts";
import { settled } from "../../support/settled.ts";
import { Client } from "./client.ts";

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
    const host = new RuntimeHost(front, this.slot, {
      clock: this.clock,
      onFault: (error, { what }) => void this.faults.push({ error, where: what }),
    });
    this.dispatcher = host.dispatcher;
    this.runtime = host.runtime;
    this.program = new BoltProgram(this.#context(source), { limit, timeout: 60_000 });
    this.runtime.install(scriptKey(this.info), this.program);
    host.connect();
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
