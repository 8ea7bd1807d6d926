// Front: the HTTP requests that scripts handle, from their delivery to the end of the response.
import type { Clock } from "../../boundary/clock.ts";
import type { HttpCommands, ResponseHead } from "../../boundary/commands.ts";
import { codedText, type CodedText } from "../../boundary/errors.ts";
import type { RequestHead } from "../../boundary/events.ts";
import { normalizePath } from "../../boundary/text/path.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { RequestRef } from "../../boundary/refs.ts";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { LimitCounts } from "../limits/limit-counts.ts";
import type { HttpExchange } from "./exchange.ts";
import { responseProblem } from "./response-check.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** Hands requests to scripts, and carries out what scripts respond. A request that is over ignores all commands. */
export class ScriptExchanges implements HttpCommands {
  readonly #limits: ScriptExchangeLimits;
  readonly #listener: ScriptExchangeListener;
  readonly #delivered = new Map<RequestRef, HttpExchange>();
  /** Those whose bodies have not arrived whole. */
  readonly #arriving = new Map<HttpExchange, ScriptKey>();

  constructor(limits: ScriptExchangeLimits, listener: ScriptExchangeListener) {
    this.#limits = limits;
    this.#listener = listener;
  }

  /** The request is for this script; its body is read. */
  expect(exchange: HttpExchange, script: ScriptKey): void {
    if (!exchange.isEnded) this.#arriving.set(exchange, script);
  }

  /** The request is complete: its script handles it from now on. */
  deliver(exchange: HttpExchange, head: RequestHead, body: Uint8Array | null): void {
    const { clock, handlerTimeout } = this.#limits;
    this.#arriving.delete(exchange);
    exchange.head = head;
    exchange.timer = clock.after(handlerTimeout, () => this.#timeOut(exchange));
    this.#delivered.set(exchange.ref, exchange);
    this.#listener.deliver(head, body);
  }

  /** Whether a request arrives, or waits for a response; `scripts`: of these, null for all. */
  awaitsAny(scripts: readonly ScriptKey[] | null): boolean {
    for (const [{ isEnded }, script] of this.#arriving)
      if (!isEnded && scripts?.includes(script) !== false) return true;
    for (const { head, hasStarted } of this.#delivered.values())
      if (!hasStarted && head !== null && scripts?.includes(head.script) !== false) return true;
    return false;
  }

  /** The script that a request was delivered to; null when it is over. */
  scriptOf(request: RequestRef): ScriptKey | null {
    return this.#delivered.get(request)?.head?.script ?? null;
  }

  /** A script starts its response. A head that HTTP cannot carry is reported, and the client gets 500. */
  respond(request: RequestRef, head: ResponseHead): void {
    const exchange = this.#delivered.get(request);
    if (exchange === undefined || exchange.isEnded || exchange.hasStarted) return;
    exchange.timer?.cancel();
    const problem = responseProblem(head);
    if (problem === null) return exchange.start(head);
    const known = { ...this.#about(exchange), ...problem, outcome: "the client got 500" };
    this.#fault(exchange, codedText("PARLOR_HTTP_RESPONSE", known), REFUSALS.SCRIPT_FAILED.status);
    this.fail(request);
  }

  /** A part of the body. A client that leaves more than `unsentLimit` bytes unread is cut. */
  write(request: RequestRef, data: Payload | null, last: boolean): void {
    const exchange = this.#delivered.get(request);
    if (exchange === undefined || exchange.isEnded || !exchange.hasStarted) return;
    const { onLimit, unsentLimit } = this.#limits;
    if (exchange.unsentBytes > unsentLimit) {
      onLimit?.("unsentResponse", unsentLimit, exchange.head?.address ?? "");
      return this.#cut(exchange);
    }
    const isRight = exchange.write(data, last);
    this.#limits.onWritten?.(data?.length ?? 0);
    if (isRight) return;
    this.#fault(exchange, codedText("PARLOR_HTTP_RESPONSE", { ...this.#about(exchange), ...WRONG_LENGTH }));
    this.#cut(exchange);
  }

  /** The script will not respond: the client gets the refusal, or is cut if a response has started. */
  fail(request: RequestRef, refusal: HttpRefusal = REFUSALS.SCRIPT_FAILED): void {
    this.#delivered.get(request)?.refuse(refusal);
  }

  /** Refuses all requests that wait for a script, and cuts responses that have started. */
  close(): void {
    for (const exchange of this.#delivered.values()) exchange.refuse(REFUSALS.SHUTTING_DOWN, CLOSE);
  }

  /** The exchange's response or connection has closed. A script that has not finished its response is notified. */
  closed(exchange: HttpExchange): void {
    exchange.timer?.cancel();
    this.#arriving.delete(exchange);
    if (!this.#delivered.delete(exchange.ref) || exchange.isEnded) return;
    exchange.isEnded = true;
    this.#listener.abort(exchange.ref, exchange.head?.script ?? null);
  }

  #timeOut(exchange: HttpExchange): void {
    const seconds = this.#limits.handlerTimeout / 1000;
    this.#fault(
      exchange,
      codedText("PARLOR_HTTP_TIMEOUT", { ...this.#about(exchange), seconds }),
      REFUSALS.INTERRUPTED.status,
    );
    this.#listener.abort(exchange.ref, exchange.head?.script ?? null);
    this.fail(exchange.ref, REFUSALS.INTERRUPTED);
  }

  // Closed at once: commands of the script that are under way must not find it again.
  #cut(exchange: HttpExchange): void {
    exchange.cut();
    this.closed(exchange);
  }

  #about({ head, req }: HttpExchange): { script: string; method: string; path: string } {
    const path = normalizePath(req.url ?? "") ?? "";
    const script = head === null ? "" : this.#listener.nameOf(head.script);
    return { script, method: req.method ?? "", path };
  }

  #fault(exchange: HttpExchange, fault: CodedText, status?: number): void {
    const { method, path } = this.#about(exchange);
    const fields = { method, path, ...(status !== undefined && { status }) };
    this.#listener.onFault(fault, exchange.head?.script ?? null, fields);
  }
}

/** Bounds of the requests that scripts handle. */
export interface ScriptExchangeLimits {
  readonly clock: Clock;
  /** Unsent bytes of one response above which its client is cut. */
  readonly unsentLimit: number;
  /** For how long a script may take to start its response, in ms; 503 after it. */
  readonly handlerTimeout: number;
  /** Called for each part of a response. */
  readonly onWritten?: (bytes: number) => void;
  /** Is notified of each client that is cut. */
  readonly onLimit?: LimitCounts["exceeded"] | undefined;
}

/** Receives the requests that scripts handle. */
export interface ScriptExchangeListener {
  /** A request for a script has arrived whole. */
  deliver(head: RequestHead, body: Uint8Array | null): void;
  /** The client of a delivered request has gone, or its time is over. Once, and not after the end of the response. */
  abort(request: RequestRef, script: ScriptKey | null): void;
  /** A request failed; `script` handled it, if any. */
  onFault(fault: CodedText, script: ScriptKey | null, fields?: Readonly<Record<string, unknown>>): void;
  /** The name of a script for people. */
  nameOf(script: ScriptKey): string;
}

const CLOSE = { connection: "close" } as const;

const WRONG_LENGTH = {
  what: "a body that is not as long as its content-length",
  outcome: "the connection was cut",
  fix: "leave content-length out",
} as const;
