// Dialect: runs a script that responds to HTTP requests.
import { isPromiseLike } from "../../boundary/checks.ts";
import type { Instance, LifeHooks, Program, ScriptContext } from "../../host/api/dialect.ts";
import type { RequestHead } from "../../boundary/events.ts";
import { copiedBytes, describePayload } from "../../boundary/payload.ts";
import { PendingResponse } from "./http/pending-response.ts";
import { exportsHook } from "../../boundary/host-spec.ts";
import { hooksIn } from "./hooks.ts";
import { Evaluation } from "./evaluation.ts";
import { HttpContext } from "./api/http-context.ts";
import { IngressResult } from "./api/ingress-result.ts";
import { webRequest } from "./http/web-request.ts";
import type { AbortControl, AbortState, WebRequest, WebResponse } from "../../host/api/web-platform.ts";
import type { RequestRef } from "../../boundary/refs.ts";

/** Exported methods share one evaluation. Published: a script with `handleRequest` has a context "new per request". */
export class HttpProgram implements Program {
  readonly #script: ScriptContext;
  readonly #evaluation = new Evaluation();
  readonly #exchanges = new Map<RequestRef, AbortControl>();

  constructor(script: ScriptContext) {
    this.#script = script;
  }

  /** A fault causes status 500 and is thrown on: the host logs it. */
  async request(head: RequestHead, body: Uint8Array | null): Promise<void> {
    const gone = this.#script.platform.web.abortController();
    const response = new PendingResponse(this.#script.commands, head.request, head.method !== "HEAD");
    this.#exchanges.set(head.request, gone);
    try {
      await this.#handle({ head, body, response, gone });
    } catch (error) {
      response.fail();
      if (!isAbort(error, gone.signal)) throw error;
    } finally {
      this.#exchanges.delete(head.request);
    }
  }

  /** The client has gone. */
  abort(request: RequestRef): void {
    this.#exchanges.get(request)?.abort();
  }

  /** Of the evaluation that its events use. */
  hooks(): LifeHooks | null | Promise<LifeHooks> {
    const instance = exportsHook(this.#script.info) ? this.#evaluation.instance(this.#script, null) : null;
    if (isPromiseLike(instance)) return instance.then(({ exports }) => hooksIn(exports));
    return instance && hooksIn(instance.exports);
  }

  /** Another version takes the requests from now on; those that this one has are handled to their end. */
  drain(): void {
    this.#evaluation.ready?.stopIntervals?.();
  }

  dispose(): void {
    this.#evaluation.end();
  }

  #handle(exchange: RequestInHand): Promise<void> | void {
    const { exports } = this.#script.info;
    const name = this.#exportFor(exchange.head.method);
    if (name !== null) return this.#handleMethod(exchange, name);
    if (exports.includes("handleRequest")) return this.#handleIngress(exchange);
    const allow = ["allow", this.#allowed().join(", ")] as const;
    if (exchange.head.method === "OPTIONS") return exchange.response.whole(204, [allow], null);
    exchange.response.text(405, "Method Not Allowed", [allow]);
  }

  #webRequest({ head, body, gone }: RequestInHand): WebRequest {
    return webRequest(this.#script.platform.web, { head, body, signal: gone.signal });
  }

  // HEAD is GET without the body, unless the script exports HEAD.
  #exportFor(method: string): string | null {
    const { exports } = this.#script.info;
    if (!METHODS.includes(method)) return null;
    if (exports.includes(method)) return method;
    return method === "HEAD" && exports.includes("GET") ? "GET" : null;
  }

  #allowed(): string[] {
    const { exports } = this.#script.info;
    const isAllowed = (method: string): boolean => method === "OPTIONS" || this.#exportFor(method) !== null;
    return exports.includes("handleRequest") ? METHODS : METHODS.filter(isAllowed);
  }

  async #handleMethod(exchange: RequestInHand, name: string): Promise<void> {
    const { head, response, gone } = exchange;
    // Without an await if possible: the handler then runs synchronously within its event, which its faults are reported for.
    const made = this.#evaluation.instance(this.#script, null);
    const instance = isPromiseLike(made) ? await made : made;
    const context = { params: head.params ?? {}, address: head.address };
    const result = await handlerOf(instance, name)(this.#webRequest(exchange), context);
    if (isResponse(result)) return response.stream(result, gone.signal);
    const remedy = `did you mean ${copiedBytes(result) === null ? "new Response(text) or Response.json(value)" : "new Response(value)"}?`;
    throw new TypeError(`${name} returned ${describePayload(result)}, a Response was expected; ${remedy}`);
  }

  async #handleIngress(exchange: RequestInHand): Promise<void> {
    const { head, body } = exchange;
    const evaluation = new Evaluation();
    try {
      const instance = await evaluation.instance(this.#script, null);
      const { platform } = this.#script;
      const context = new HttpContext({ head, body, platform, request: () => this.#webRequest(exchange) });
      await sendResult(exchange, await handlerOf(instance, "handleRequest")(context));
    } finally {
      evaluation.end();
    }
  }
}

/** The methods that a script can export, in the order in which `Allow` names them. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

type Handler = (...args: readonly unknown[]) => unknown;

/** One request until its response has been sent. */
interface RequestInHand {
  readonly head: RequestHead;
  readonly body: Uint8Array | null;
  readonly response: PendingResponse;
  readonly gone: AbortControl;
}

/** Sends the value that `handleRequest` returned; published is a result of `Results`. */
async function sendResult({ response, gone }: RequestInHand, result: unknown): Promise<void> {
  if (result === undefined || result === null) return response.whole(204, [], null);
  if (typeof result === "string") return response.text(200, result);
  if (isResponse(result)) return response.stream(result, gone.signal);
  if (!(result instanceof IngressResult)) {
    const remedy = `did you mean ${copiedBytes(result) === null ? "Results.json(value)" : "Results.ok().renderRaw(value)"}?`;
    throw new TypeError(
      `handleRequest returned ${describePayload(result)}, a result was expected; ${remedy}`,
    );
  }
  const { status, headers, body } = IngressResult.read(result);
  response.whole(status, headers, body);
}

function handlerOf(instance: Instance, name: string): Handler {
  const handler = instance.exports[name];
  if (typeof handler === "function") return handler as Handler;
  throw new TypeError(`export ${name} is ${describePayload(handler)}, a function was expected`);
}

// By its tag: a Response of the undici package is accepted as well.
function isResponse(value: unknown): value is WebResponse {
  return Object.prototype.toString.call(value) === "[object Response]";
}

/** Whether a handler stopped because its client has gone: that is not a fault. */
function isAbort(error: unknown, gone: AbortState): boolean {
  return (
    gone.aborted && (error === gone.reason || (error as { name?: unknown } | null)?.name === "AbortError")
  );
}
