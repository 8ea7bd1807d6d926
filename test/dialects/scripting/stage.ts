import type { ClientPeer } from "../../../src/boundary/commands.ts";
import type { ClientEvent } from "../../../src/boundary/events.ts";
import type { Payload } from "../../../src/boundary/payload.ts";
import type { Answer, Question } from "../../../src/boundary/questions.ts";
import { scripting } from "../../../src/dialects/scripting/index.ts";
import type { Program } from "../../../src/host/api/dialect.ts";
import { HostSession } from "../../../src/host/api/host-session.ts";
import { nodePlatform } from "../../../src/host/script/node-platform.ts";
import { realClock } from "../../../src/real-clock.ts";
import {
  ScriptHarness,
  inboxCommands,
  instanceOf,
  programInfo,
  type Published,
  type Source,
} from "../../support/script-harness.ts";
import { numberedHandshake } from "../../support/test-client.ts";
import { WebAnswers, requestOf, type RequestParts, type WebAnswer } from "../../support/web-answers.ts";
import { scriptKey } from "../../../src/boundary/script-key.ts";
import { Visitor } from "./visitor.ts";

export type { Published } from "../../support/script-harness.ts";

type Listen = Question & { readonly kind: "listen" };
type OutboundCall = readonly [what: string, ...args: unknown[]];

const MAIN = "scripting/main.ts";
const KEY = scriptKey(programInfo("scripting", MAIN));

/** The app around a program: further folders that it may use, and the name of its file. */
interface StageOptions {
  readonly folders?: readonly string[];
  readonly name?: string;
}

/** A program of the Scripting app: its ports are a map, and its commands take effect at once. */
export class Stage extends ScriptHarness {
  readonly ports = new Map<number, Listen>();
  readonly clients: Map<number, Visitor>;
  readonly answers: WebAnswers;
  readonly outbound: OutboundCall[];
  readonly program: Program;
  names: Published = {};
  isEnded = false;
  /** The front's answer to a port that the program asks for: the port, or 40000 for any. */
  listen: (question: Listen) => Answer = ({ port }) => ({ ok: true, port: port === 0 ? 40_000 : port });
  #refs = 0;

  constructor(source: Source, root: string | null = null, { folders, name = MAIN }: StageOptions = {}) {
    const [clients, answers, outbound] = [new Map<number, Visitor>(), new WebAnswers(), [] as OutboundCall[]];
    super(
      programInfo("scripting", name),
      inboxCommands(clients, answers, { ...UNEXPECTED, ...outboundCommands(outbound) }),
    );
    this.clients = clients;
    this.answers = answers;
    this.outbound = outbound;
    const context = this.context({
      instantiate: (names) => {
        this.names = names;
        return instanceOf(() => silent(source(names)), names, { end: () => void (this.isEnded = true) });
      },
      ask: (question) => this.#ask(question),
      platform: nodePlatform(root, realClock, folders),
    });
    this.program = scripting.program(context);
  }

  /** The program, evaluated. */
  static async begun(source: Source, root: string | null = null, options: StageOptions = {}): Promise<Stage> {
    const stage = new Stage(source, root, options);
    await stage.program.start?.();
    return stage;
  }

  arrive(path: string, more: { headers?: string; listener?: number } = {}): Visitor {
    const ref = ++this.#refs;
    const handshake = numberedHandshake(ref, { script: KEY, path, listener: 1, ...more });
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

  async fetch(path: string, more: RequestParts & { body?: Payload } = {}): Promise<WebAnswer> {
    const ref = ++this.#refs;
    const { body, ...rest } = more;
    const blank = { script: KEY, route: `${KEY}#1`, listener: 1 };
    const [head] = requestOf(ref, { ...blank, ...rest, url: path });
    const url = head.url.replace("parlor.test", "parlor.test:8080");
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : (body ?? null);
    await this.program.request?.({ ...head, url }, bytes);
    return this.answers.of(ref);
  }

  /** An event of the n-th outbound connection. */
  async happens(kind: ClientEvent["kind"], client: number, more: object = {}): Promise<void> {
    await this.program.client?.({ kind, script: KEY, client, ...more } as ClientEvent);
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
}

/** A program has no exports, whatever the source returns. */
function silent(result: unknown): unknown {
  return result instanceof Promise ? result.then(() => undefined) : undefined;
}

function outboundCommands(outbound: OutboundCall[]) {
  return {
    connect: (_script: string, client: number, { url, once }: ClientPeer) =>
      void outbound.push(["connect", client, url, ...(once === null ? [] : [once])]),
    sendClient: (client: number, data: Payload) => void outbound.push(["send", client, data]),
    closeClient: (client: number, code: number, reason: string) =>
      void outbound.push(["close", client, code, reason]),
  };
}

function unexpected(): never {
  throw new Error("a program of the Scripting app has no such command");
}

const UNEXPECTED = {
  join: unexpected,
  leave: unexpected,
  broadcast: unexpected,
  publish: unexpected,
  setAttribute: unexpected,
  claim: unexpected,
};
