import type { Instance, ScriptContext } from "../../../host/api/dialect.ts";
import type { RequestHead } from "../../../boundary/events.ts";
import { describePayload } from "../../../boundary/payload.ts";
import { PendingResponse } from "./pending-response.ts";
import { isPromise } from "../checks.ts";
import { Evaluation } from "../evaluation.ts";
import { HttpContext } from "../api/http-context.ts";
import { IngressResult } from "../api/ingress-result.ts";
import { webRequest } from "./web-request.ts";
import type { RequestRef } from "../../../boundary/refs.ts";

/** The methods that a script can export, in the order in which `Allow` names them. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

type Handler = (...args: readonly unknown[]) => unknown;

/** One request while it is being answered. */
interface Exchange {
  readonly head: RequestHead;
  readonly body: Uint8Array | null;
  readonly answer: PendingResponse;
  readonly gone: AbortController;
}

/**
 * Runs a script that answers HTTP requests. Exported methods share one evaluation; published: a script with
 * `handleRequest` has a context "new per request".
 */
export class HttpProgram {
  readonly #script: ScriptContext;
  readonly #evaluation = new Evaluation();
  readonly #exchanges = new Map<RequestRef, AbortController>();

  constructor(script: ScriptContext) {
    this.#script = script;
  }

  /** A fault is answered with 500 and let through: the host logs it. */
  async request(head: RequestHead, body: Uint8Array | null): Promise<void> {
    const gone = new AbortController();
    const answer = new PendingResponse(this.#script.commands, head.request, head.method !== "HEAD");
    this.#exchanges.set(head.request, gone);
    try {
      await this.#handle({ head, body, answer, gone });
    } catch (error) {
      answer.fail();
      if (!isAbort(error, gone.signal)) throw error;
    } finally {
      this.#exchanges.delete(head.request);
    }
  }

  /** The client has gone. */
  abort(request: RequestRef): void {
    this.#exchanges.get(request)?.abort();
  }

  /** Another version answers from now on; what this one still has in hand goes on. */
  retire(): void {
    this.#evaluation.ready?.stopIntervals?.();
  }

  dispose(): void {
    this.#evaluation.end();
  }

  #handle(exchange: Exchange): Promise<void> | void {
    const { exports } = this.#script.info;
    const name = this.#exportFor(exchange.head.method);
    if (name !== null) return this.#handleMethod(exchange, name);
    if (exports.includes("handleRequest")) return this.#handleIngress(exchange);
    const allow = ["allow", this.#allowed().join(", ")] as const;
    if (exchange.head.method === "OPTIONS") return exchange.answer.whole(204, [allow], null);
    exchange.answer.text(405, "Method Not Allowed", [allow]);
  }

  // HEAD is GET without the body, unless the script has a better answer.
  #exportFor(method: string): string | null {
    const { exports } = this.#script.info;
    if (!METHODS.includes(method)) return null;
    if (exports.includes(method)) return method;
    return method === "HEAD" && exports.includes("GET") ? "GET" : null;
  }

  #allowed(): string[] {
    const { exports } = this.#script.info;
    const answers = (method: string): boolean => method === "OPTIONS" || this.#exportFor(method) !== null;
    return exports.includes("handleRequest") ? METHODS : METHODS.filter(answers);
  }

  async #handleMethod(exchange: Exchange, name: string): Promise<void> {
    const { head, body, answer, gone } = exchange;
    // Without an await if it can be: so the handler runs in its event's own time, and its faults are put on it.
    const made = this.#evaluation.instance(this.#script, null);
    const instance = isPromise(made) ? await made : made;
    const context = { params: head.params ?? {}, address: head.address };
    const result = await handlerOf(instance, name)(webRequest(head, body, gone.signal), context);
    if (isResponse(result)) return answer.response(result, gone.signal);
    const remedy = "did you mean new Response(text) or Response.json(value)?";
    throw new TypeError(`${name} returned ${describePayload(result)}, a Response was expected; ${remedy}`);
  }

  async #handleIngress(exchange: Exchange): Promise<void> {
    const { head, body, gone } = exchange;
    const evaluation = new Evaluation();
    try {
      const instance = await evaluation.instance(this.#script, null);
      const request = (): Request => webRequest(head, body, gone.signal);
      const context = new HttpContext({ head, body, request });
      await sendResult(exchange, await handlerOf(instance, "handleRequest")(context));
    } finally {
      evaluation.end();
    }
  }
}

/** What `handleRequest` may return; published is a result of `Results`. */
async function sendResult({ answer, gone }: Exchange, result: unknown): Promise<void> {
  if (result === undefined || result === null) return answer.whole(204, [], null);
  if (typeof result === "string") return answer.text(200, result);
  if (isResponse(result)) return answer.response(result, gone.signal);
  if (!(result instanceof IngressResult)) {
    const remedy = "did you mean Results.json(value)?";
    throw new TypeError(
      `handleRequest returned ${describePayload(result)}, a result was expected; ${remedy}`,
    );
  }
  const { status, headers, body } = IngressResult.read(result);
  answer.whole(status, headers, body);
}

function handlerOf(instance: Instance, name: string): Handler {
  const handler = instance.exports[name];
  if (typeof handler === "function") return handler as Handler;
  throw new TypeError(`export ${name} is ${describePayload(handler)}, a function was expected`);
}

// By its tag, so that a Response of the undici package will do as well.
function isResponse(value: unknown): value is Response {
  return Object.prototype.toString.call(value) === "[object Response]";
}

/** A handler that stops because its client has gone does what it should. */
function isAbort(error: unknown, gone: AbortSignal): boolean {
  return (
    gone.aborted && (error === gone.reason || (error as { name?: unknown } | null)?.name === "AbortError")
  );
}
