import { realClock } from "../../../src/real-clock.ts";
import type { Answer, Question } from "../../../src/boundary/questions.ts";
import type { Commands } from "../../../src/boundary/commands.ts";
import type { Instance, Program, ScriptContext } from "../../../src/host/api/dialect.ts";
import type { ClientEvent, RequestHead } from "../../../src/boundary/events.ts";
import { HostSession } from "../../../src/host/api/host-session.ts";
import type { Payload } from "../../../src/boundary/payload.ts";
import { Replica } from "../../../src/host/api/replica.ts";
import { scripting } from "../../../src/dialects/scripting/index.ts";
import { nodePlatform } from "../../../src/host/script/node-platform.ts";
import type { ScriptInfo } from "../../../src/boundary/script-info.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- a script sees the published objects without types
export type Published = any;

type Listen = Question & { readonly kind: "listen" };

/** A program without sockets and threads: its ports are a map, its clients have inboxes, its commands act at once. */
export class Stage {
  readonly ports = new Map<number, Listen>();
  readonly clients = new Map<number, Visitor>();
  readonly answers = new Map<number, WebAnswer>();
  readonly outbound: (readonly [what: string, ...args: unknown[]])[] = [];
  readonly faults: { readonly error: unknown; readonly where: string }[] = [];
  readonly warnings: string[] = [];
  readonly program: Program;
  readonly replica: Replica;
  names: Published = {};
  isEnded = false;
  /** What the front says to a port that is asked for; by default the port, or 40000 for any. */
  listen: (question: Listen) => Answer = ({ port }) => ({ ok: true, port: port === 0 ? 40_000 : port });
  readonly #source: (names: Published) => unknown;
  readonly #root: string | null;
  #refs = 0;

  constructor(source: (names: Published) => unknown, root: string | null = null) {
    this.#source = source;
    this.#root = root;
    const commands = this.#commands();
    this.replica = new Replica(commands, () => []);
    this.program = scripting.program(this.#side(commands));
  }

  /** The program, evaluated. */
  static async begun(source: (names: Published) => unknown, root: string | null = null): Promise<Stage> {
    const stage = new Stage(source, root);
    await stage.program.start?.();
    return stage;
  }

  arrive(
    path: string,
    { headers = "", listener = 1 }: { headers?: string; listener?: number } = {},
  ): Visitor {
    const ref = ++this.#refs;
    const [pathname = "", query = ""] = path.split("?");
    const handshake = {
      id: `00000000-0000-4000-8000-${String(ref).padStart(12, "0")}`,
      script: INFO.name,
      route: "",
      path: pathname,
      query,
      headers,
      address: "192.0.2.7",
      params: null,
      listener,
    };
    const visitor = new Visitor(this, new HostSession(ref, handshake, "connecting"));
    this.clients.set(ref, visitor);
    this.replica.add(visitor.session);
    return visitor;
  }

  async connect(path: string, more: { headers?: string; listener?: number } = {}): Promise<Visitor> {
    const visitor = this.arrive(path, more);
    await this.program.upgrade?.(visitor.session);
    if (visitor.session.isAccepted) await visitor.opened();
    return visitor;
  }

  async fetch(path: string, more: Partial<RequestHead> & { body?: Payload } = {}): Promise<WebAnswer> {
    const request = ++this.#refs;
    const { body, ...rest } = more;
    const url = `http://parlor.test:8080${path}`;
    const blank = {
      script: INFO.name,
      route: `${INFO.name}#1`,
      method: "GET",
      headers: [],
      address: "192.0.2.7",
      params: null,
    };
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : (body ?? null);
    await this.program.request?.({ ...blank, request, url, listener: 1, ...rest }, bytes);
    return this.answers.get(request)!;
  }

  /** Something has happened to the n-th outbound connection. */
  async happens(kind: ClientEvent["kind"], client: number, more: object = {}): Promise<void> {
    await this.program.client?.({ kind, script: INFO.name, client, ...more } as ClientEvent);
  }

  #commands(): Commands {
    const visitor = (ref: number): Visitor => this.clients.get(ref)!;
    const answer = (ref: number): WebAnswer => {
      const found = this.answers.get(ref) ?? new WebAnswer();
      this.answers.set(ref, found);
      return found;
    };
    return {
      send: (ref, data) => void visitor(ref).inbox.push(data),
      close: (ref, code, reason) => void (visitor(ref).ended ??= { code, reason }),
      accept: () => undefined,
      refuse: (ref, status, reason) => void (visitor(ref).refused = { status, reason }),
      respond: (ref, { status, headers }) => void Object.assign(answer(ref), { status, headers }),
      write: (ref, data) => void answer(ref).parts.push(data ?? ""),
      connect: (_script, client, url) => void this.outbound.push(["connect", client, url]),
      sendClient: (client, data) => void this.outbound.push(["send", client, data]),
      fail: () => undefined,
      closeClient: (client, code, reason) => void this.outbound.push(["close", client, code, reason]),
      join: unexpected,
      leave: unexpected,
      broadcast: unexpected,
      publish: unexpected,
      setAttribute: unexpected,
      claim: unexpected,
    };
  }

  #side(commands: Commands): ScriptContext {
    return {
      info: INFO,
      commands,
      directory: this.replica,
      instantiate: (names) => this.#evaluate(names),
      fault: (error, where) => void this.faults.push({ error, where }),
      warn: (text) => void this.warnings.push(text),
      randomUUID: () => crypto.randomUUID(),
      ask: (question) => this.#ask(question),
      platform: nodePlatform(this.#root, realClock),
      files: [],
    };
  }

  #ask(question: Question): Answer {
    if (question.kind === "unlisten") {
      this.ports.delete(question.listener);
      return { ok: true, port: 0 };
    }
    const answer = this.listen(question);
    if (answer.ok) this.ports.set(question.listener, question);
    return answer;
  }

  #evaluate(names: Published): Instance | Promise<Instance> {
    this.names = names;
    const instance: Instance = {
      exports: {},
      end: () => void (this.isEnded = true),
      idle: () => Promise.resolve(),
    };
    const result = this.#source(names);
    return result instanceof Promise ? result.then(() => instance) : instance;
  }
}

/** A client of the program. */
export class Visitor {
  readonly session: HostSession;
  readonly inbox: Payload[] = [];
  ended: { code: number; reason: string } | null = null;
  refused: { status: number; reason: string } | null = null;
  readonly #stage: Stage;

  constructor(stage: Stage, session: HostSession) {
    this.#stage = stage;
    this.session = session;
  }

  async opened(): Promise<void> {
    this.session.opened();
    await this.#stage.program.open?.(this.session);
  }

  async say(data: Payload): Promise<void> {
    await this.#stage.program.message?.(this.session, data);
  }

  async leave(): Promise<void> {
    this.session.closing();
    await this.#stage.program.close?.(this.session, 1000, "");
    this.#stage.program.endSession?.(this.session);
    this.#stage.replica.remove(this.session);
  }

  /** What has come since the last look. */
  read(): Payload[] {
    return this.inbox.splice(0);
  }
}

export class WebAnswer {
  status = 0;
  headers: readonly (readonly [string, string])[] = [];
  readonly parts: Payload[] = [];

  get text(): string {
    return this.parts
      .map((part) => (typeof part === "string" ? part : new TextDecoder().decode(part)))
      .join("");
  }

  header(name: string): string | undefined {
    return this.headers.find(([key]) => key === name)?.[1];
  }
}

const INFO: ScriptInfo = {
  kind: "program",
  name: "scripting/main.ts",
  route: "",
  version: "1",
  dialect: "scripting",
  scope: "route",
  tickRate: null,
  exports: [],
};

function unexpected(): never {
  throw new Error("a program of the Scripting app does no such thing");
}
