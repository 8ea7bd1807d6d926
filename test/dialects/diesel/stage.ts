import { CommandLog } from "../../../src/host/runtime/command-log.ts";
import { playCommands } from "../../../src/boundary/play/play-commands.ts";
import type { ScriptInfo } from "../../../src/boundary/script-info.ts";
import { diesel } from "../../../src/dialects/diesel/index.ts";
import { Session } from "../../../src/front/directory/session.ts";
import type { MaybePromise, Program } from "../../../src/host/api/dialect.ts";
import { HostSession } from "../../../src/host/api/host-session.ts";
import { FakeFront } from "../../support/fake-front.ts";
import { ScriptHarness, instanceOf, type Source } from "../../support/script-harness.ts";
import { numberedHandshake } from "../../support/test-client.ts";
import { requestOf, type RequestParts, type WebAnswer } from "../../support/web-answers.ts";
import { scriptKey } from "../../../src/boundary/script-key.ts";
import { Client } from "./client.ts";

export type { Published, Source } from "../../support/script-harness.ts";
export type { WebAnswer } from "../../support/web-answers.ts";

/** The front of a server without sockets, and the hosts of its scripts. */
export class Front extends FakeFront<Client> {
  readonly hosts: ScriptHost[] = [];

  host(source: Source | object, info: Partial<ScriptInfo> = {}): ScriptHost {
    const host = new ScriptHost(this, typeof source === "function" ? (source as Source) : () => source, info);
    this.hosts.push(host);
    return host;
  }

  /** Ends the turn: commands take effect, and replicas get the changes. */
  settle(): void {
    for (const { log } of this.hosts) playCommands(log.take(), this.receivers);
    for (const { replica, slot } of this.hosts) replica.apply(this.directory.takeChanges(slot));
  }
}

/** What a client brings along. */
export interface Arrival {
  readonly headers?: string;
  readonly params?: Record<string, string>;
  /** Another route of the same host. */
  readonly route?: string;
}

/** A host of one Diesel script: runs the program as the runtime does, one call at a time. */
export class ScriptHost extends ScriptHarness {
  readonly slot: number;
  readonly front: Front;
  readonly log: CommandLog;
  readonly program: Program;
  readonly instances: { owner: HostSession | null; isEnded: boolean; names: readonly string[] }[] = [];
  follows = 0;
  /** What `idle` of an instance returns. */
  idle: Promise<void> = Promise.resolve();

  constructor(front: Front, source: Source, info: Partial<ScriptInfo>) {
    const log = new CommandLog(() => undefined);
    super({ ...INFO, ...info }, log);
    this.log = log;
    this.front = front;
    this.slot = front.hosts.length;
    this.program = diesel.program(
      this.context({
        instantiate: (names, owner) => {
          const made = { owner, isEnded: false, names: Object.keys(names) };
          this.instances.push(made);
          return instanceOf(source, names, { end: () => void (made.isEnded = true), idle: () => this.idle });
        },
      }),
    );
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

  /** A session in `connecting`, for which no handler was called. */
  arrive(path: string, { headers = "", params, route = this.info.route }: Arrival = {}): Client {
    const { front } = this;
    const ref = ++front.refs;
    const parts = { script: scriptKey(this.info), route, path, headers, params: params ?? null };
    const handshake = numberedHandshake(ref, parts);
    const place = new Session(ref, handshake, { host: this.slot, route: front.directory.route(route) });
    const client = new Client(this, new HostSession(ref, handshake, "connecting"), place);
    front.clients.set(ref, client);
    front.hub.admit(place);
    this.replica.add(client.session);
    return client;
  }

  /** Runs a call as the runtime does: faults are logged and given to `onError`, then the turn ends. */
  async run(client: Client | null, where: string, call: () => MaybePromise): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.fault(error, where);
      await this.#onError(client?.session ?? null, error);
    }
    this.front.settle();
  }

  tick(deltaMs: number, index: number): Promise<void> {
    return this.run(null, "onTick", () => this.program.tick?.(deltaMs, index));
  }

  job(): Promise<void> {
    return this.run(null, "run", () => this.program.run?.());
  }

  async request(method: string, url: string, more: RequestParts = {}): Promise<WebAnswer> {
    const ref = ++this.front.refs;
    const { route } = this.info;
    const script = scriptKey(this.info);
    const [head, body] = requestOf(ref, { script, route, method, ...more, url });
    await this.run(null, "request", () => this.program.request?.(head, body));
    return this.front.answers.of(ref);
  }

  protected override follow(): ReturnType<Front["directory"]["follow"]> {
    this.follows += 1;
    this.front.settle();
    return this.front.directory.follow(this.slot);
  }

  async #onError(session: HostSession | null, error: unknown): Promise<void> {
    try {
      await this.program.error?.(session, error);
    } catch (again) {
      this.fault(again, "onError");
    }
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
