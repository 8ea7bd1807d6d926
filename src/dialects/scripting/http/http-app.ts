// Dialect: the routes of one server, its middleware, and its not-found response.
import { describePayload } from "../../../boundary/payload.ts";
import { isPromiseLike, messageOf } from "../../../boundary/checks.ts";
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { ScriptFunction } from "../common/checks.ts";
import { HttpRequest } from "./http-request.ts";
import { HttpResponse, textResponse } from "./http-response.ts";
import { PathRouter, type PathMatch } from "./path-router.ts";
import type { WebsocketHandlers } from "./websocket-handlers.ts";

/** Finds the route of a request, and turns its handler's result into a response. */
export class HttpApp {
  readonly routes = new PathRouter<RouteTarget>();
  readonly middleware: ScriptFunction[] = [];
  notFound: ScriptFunction | null = null;
  readonly #log: Pick<ScriptContext, "fault">;

  /** `log` gets the faults of handlers. */
  constructor(log: Pick<ScriptContext, "fault">) {
    this.#log = log;
  }

  find(request: HttpRequest): PathMatch<RouteTarget> | null {
    return this.routes.match(HttpRequest.segments(request));
  }

  /** Published: middleware runs before every route, upgrades included; the first response is sent. */
  screen(request: HttpRequest): HttpResponse | null | Promise<HttpResponse | null> {
    return this.middleware.length === 0 ? null : this.#screen(request);
  }

  /** The response to a request that is not an upgrade. */
  async respond(request: HttpRequest): Promise<HttpResponse> {
    const screened = await this.screen(request);
    if (screened !== null) return screened;
    const match = this.find(request);
    if (match === null) return this.missing(request);
    const { target, params, rest } = match;
    if (target.kind === "ws") return noUpgrade(request);
    request.params = params;
    return this.#respondBy(target, request, rest);
  }

  /** The response to a request without a route. */
  async missing(request: HttpRequest): Promise<HttpResponse> {
    const { notFound } = this;
    if (notFound === null) return textResponse(404, "Not Found");
    const call = "HttpServer.setNotFoundHandler";
    return this.#caught({ call, exposesErrors: true }, async () =>
      responseFor(`${call}: the handler`, await notFound(request)),
    );
  }

  async #screen(request: HttpRequest): Promise<HttpResponse | null> {
    const call = "HttpServer.registerMiddleware";
    for (const middleware of this.middleware) {
      const response = await this.#caught({ call, exposesErrors: true }, async () => {
        const given = await middleware(request);
        return given === null || given === undefined ? null : responseFor(`${call}: the middleware`, given);
      });
      if (response !== null) return response;
    }
    return null;
  }

  #respondBy(
    target: RouteTarget & { kind: "http" },
    request: HttpRequest,
    rest: readonly string[],
  ): Promise<HttpResponse> {
    return this.#caught(target, async () => {
      const given = target.handle(request, rest);
      const response = isPromiseLike(given) ? await given : given;
      return response === null && target.call === FILES
        ? this.missing(request)
        : responseFor(`${target.call}: the handler of ${request.path}`, response);
    });
  }

  async #caught<T>(
    { call, exposesErrors }: { readonly call: string; readonly exposesErrors: boolean },
    run: () => Promise<T>,
  ): Promise<T | HttpResponse> {
    try {
      return await run();
    } catch (error) {
      this.#log.fault(error, call);
      return textResponse(500, exposesErrors ? messageOf(error) : "Internal Server Error");
    }
  }
}

/** The target of a path. */
export type RouteTarget =
  | { readonly kind: "ws"; readonly handlers: WebsocketHandlers }
  | {
      readonly kind: "http";
      readonly handle: (request: HttpRequest, rest: readonly string[]) => unknown;
      /** Published: the client sees the text of an async handler's rejection. */
      readonly exposesErrors: boolean;
      /** For error texts. */
      readonly call: string;
    };

/** The `call` of targets that return `null` for a missing file. */
export const FILES = "files";

function responseFor(handler: string, value: unknown): HttpResponse {
  if (HttpResponse.read(value) !== null) return value as HttpResponse;
  const remedy = "return HttpResponse.ok(HttpResponseBody.text(...)) or another HttpResponse factory";
  throw new TypeError(
    `${handler} returned ${describePayload(value)}, an HttpResponse was expected; ${remedy}`,
  );
}

/** Published: the response to a request for a WebSocket's path that is not a handshake. */
function noUpgrade(request: HttpRequest): HttpResponse {
  return textResponse(400, `Invalid value of 'Upgrade' header: ${request.headers["upgrade"] ?? "unknown"}`);
}
