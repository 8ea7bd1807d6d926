import { describePayload } from "../../../boundary/payload.ts";
import { isPromise, messageOf, type ScriptFunction } from "../checks.ts";
import { HttpRequest } from "./http-request.ts";
import { HttpResponse, textResponse } from "./http-response.ts";
import { PathRouter, type PathMatch } from "./path-router.ts";
import type { WebsocketHandlers } from "../websocket-handlers.ts";

/** What a path leads to. */
export type RouteTarget =
  | { readonly kind: "ws"; readonly handlers: WebsocketHandlers }
  | {
      readonly kind: "http";
      readonly answer: (request: HttpRequest, rest: readonly string[]) => unknown;
      /** Published: what an async handler's rejection says is told to the client. */
      readonly exposesErrors: boolean;
      /** For error texts. */
      readonly call: string;
    };

/** What one server serves: its routes, what runs before them, and what answers for the rest. */
export class HttpApp {
  readonly routes = new PathRouter<RouteTarget>();
  readonly middleware: ScriptFunction[] = [];
  notFound: ScriptFunction | null = null;
  readonly #fault: (error: unknown, where: string) => void;

  /** `fault` logs what a handler throws. */
  constructor(fault: (error: unknown, where: string) => void) {
    this.#fault = fault;
  }

  find(request: HttpRequest): PathMatch<RouteTarget> | null {
    return this.routes.match(HttpRequest.segments(request));
  }

  /** Published: middleware runs before every route, upgrades included; the first answer is the answer. */
  screen(request: HttpRequest): HttpResponse | null | Promise<HttpResponse | null> {
    return this.middleware.length === 0 ? null : this.#screen(request);
  }

  /** The answer to a request that is no upgrade. */
  async answer(request: HttpRequest): Promise<HttpResponse> {
    const screened = await this.screen(request);
    if (screened !== null) return screened;
    const match = this.find(request);
    if (match === null) return this.missing(request);
    const { target, params, rest } = match;
    if (target.kind === "ws") return noUpgrade(request);
    request.params = params;
    return this.#answerBy(target, request, rest);
  }

  /** The answer where no route is. */
  async missing(request: HttpRequest): Promise<HttpResponse> {
    const { notFound } = this;
    if (notFound === null) return textResponse(404, "Not Found");
    const call = "HttpServer.setNotFoundHandler";
    return this.#caught({ call, exposesErrors: true }, async () =>
      responseFor(call, await notFound(request)),
    );
  }

  async #screen(request: HttpRequest): Promise<HttpResponse | null> {
    const call = "HttpServer.registerMiddleware";
    for (const middleware of this.middleware) {
      const answer = await this.#caught({ call, exposesErrors: true }, async () => {
        const given = await middleware(request);
        return given === null || given === undefined ? null : responseFor(call, given);
      });
      if (answer !== null) return answer;
    }
    return null;
  }

  #answerBy(
    target: RouteTarget & { kind: "http" },
    request: HttpRequest,
    rest: readonly string[],
  ): Promise<HttpResponse> {
    return this.#caught(target, async () => {
      const given = target.answer(request, rest);
      const answer = isPromise(given) ? await given : given;
      return answer === null && target.call === FILES
        ? this.missing(request)
        : responseFor(target.call, answer);
    });
  }

  async #caught<T>(
    { call, exposesErrors }: { readonly call: string; readonly exposesErrors: boolean },
    run: () => Promise<T>,
  ): Promise<T | HttpResponse> {
    try {
      return await run();
    } catch (error) {
      this.#fault(error, call);
      return textResponse(500, exposesErrors ? messageOf(error) : "Internal Server Error");
    }
  }
}

/** The call of targets that answer `null` for what is not there. */
export const FILES = "files";

function responseFor(call: string, value: unknown): HttpResponse {
  if (HttpResponse.read(value) !== null) return value as HttpResponse;
  const remedy = "return HttpResponse.ok(HttpResponseBody.text(...)) or its kin";
  throw new TypeError(
    `${call}: the handler answered ${describePayload(value)}, an HttpResponse was expected; ${remedy}`,
  );
}

/** Published: what comes to a WebSocket's path and is no handshake is told so. */
function noUpgrade(request: HttpRequest): HttpResponse {
  return textResponse(400, `Invalid value of 'Upgrade' header: ${request.headers["upgrade"] ?? "unknown"}`);
}
