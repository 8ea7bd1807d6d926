// Front: requests to scripts on their way in: their heads and bodies are read, and what no script can get is refused.
import type { Clock } from "../../boundary/clock.ts";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { RequestHead } from "../../boundary/events.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";
import type { BodyBudget } from "./body/body-budget.ts";
import type { HttpExchange } from "./exchange.ts";
import type { ProxyTrust } from "./proxy-trust.ts";
import { announcedBody, readBody } from "./body/request-body.ts";
import { headOf, type ScriptTarget } from "./request-head.ts";
import type { ScriptExchanges } from "./script-exchanges.ts";

export class ScriptRequests {
  readonly #parts: ScriptRequestParts;
  #isClosed = false;

  constructor(parts: ScriptRequestParts) {
    this.#parts = parts;
  }

  /** A script gets the request when its body is complete. */
  receive(exchange: HttpExchange, target: ScriptTarget): void {
    const { proxies, scripts, bodies } = this.#parts;
    const { req } = exchange;
    exchange.route = target.route;
    const bodyLimit = target.bodyLimit ?? this.#parts.bodyLimit;
    const head = headOf(req, exchange.ref, target, proxies);
    if (head === null) return exchange.refuse(REFUSALS.BAD_HOST, CLOSE);
    const announced = announcedBody(req, bodyLimit);
    if (announced === "too long") return this.#refuseBody(exchange, bodyLimit);
    exchange.proceed();
    if (announced === "none") return this.#deliver(exchange, head, null);
    scripts.expect(exchange, target.script);
    const limits = { limit: bodyLimit, budget: bodies };
    readBody(req, limits, {
      complete: (body) => this.#deliver(exchange, head, body),
      tooLong: () => this.#refuseBody(exchange, bodyLimit),
      tooMany: () => this.#drain(exchange, REFUSALS.BODIES_FULL, bodies.limit),
    });
  }

  /** Requests whose bodies arrive later get 503. */
  close(): void {
    this.#isClosed = true;
  }

  #deliver(exchange: HttpExchange, head: RequestHead, body: Uint8Array | null): void {
    if (this.#isClosed) return exchange.refuse(REFUSALS.SHUTTING_DOWN, CLOSE);
    if (!this.#parts.isBusy(head.script)) return this.#parts.scripts.deliver(exchange, head, body);
    this.#parts.note(exchange, REFUSALS.SCRIPT_BUSY, 0);
    exchange.refuse(REFUSALS.SCRIPT_BUSY, RETRY);
  }

  #refuseBody(exchange: HttpExchange, bodyLimit: number): void {
    const { status, text } = REFUSALS.BODY_TOO_LONG;
    this.#drain(exchange, { status, text: text.replace("{limit}", String(bodyLimit)) }, bodyLimit);
  }

  #drain(exchange: HttpExchange, refusal: HttpRefusal, limit: number): void {
    this.#parts.note(exchange, refusal, limit);
    exchange.refuseAndDrain(refusal, (end) => this.#parts.clock.after(DRAIN_TIME, end));
  }
}

export interface ScriptRequestParts {
  readonly clock: Clock;
  readonly scripts: ScriptExchanges;
  readonly proxies: ProxyTrust;
  /** The bytes that the bodies of all requests may hold. */
  readonly bodies: BodyBudget;
  /** Bytes of a body, for scripts without a limit of their own. */
  readonly bodyLimit: number;
  /** Whether so much waits for a script that it gets no more requests. */
  isBusy(script: ScriptKey): boolean;
  /** A limit was exceeded. */
  note(exchange: HttpExchange, refusal: HttpRefusal, limit: number): void;
}

const CLOSE = { connection: "close" } as const;
const RETRY = { "retry-after": "1" } as const;
/** For how long a body that is not wanted is read, so that its client can read the refusal; ms. */
const DRAIN_TIME = 2000;
