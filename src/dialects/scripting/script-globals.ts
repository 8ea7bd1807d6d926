import { ClientSocket } from "./client-socket.ts";
import { dataGlobal } from "./data/data-makers.ts";
import { httpResponseBodyGlobal } from "./http/http-response-body.ts";
import { httpResponseGlobal } from "./http/http-response.ts";
import { HttpRequest } from "./http/http-request.ts";
import { HttpServer } from "./http/http-server.ts";
import { constructible, published } from "./published-class.ts";
import { WebSocketSession } from "./web-socket-session.ts";
import type { ScriptingContext } from "./context.ts";

/** What a script finds without an import, and by `import { ... } from "scripting"`. */
export function scriptingGlobals(context: ScriptingContext): Readonly<Record<string, unknown>> {
  const globals = {
    HttpServer: constructible("HttpServer", HttpServer, () => new HttpServer(context)),
    HttpRequest: published("HttpRequest", HttpRequest, {}),
    HttpResponse: httpResponseGlobal(),
    HttpResponseBody: httpResponseBodyGlobal(),
    WebSocketSession: published("WebSocketSession", WebSocketSession, {}),
    Data: dataGlobal(context.script.platform),
    UUID: { string: () => context.script.randomUUID() },
    WebSocket: constructible("WebSocket", ClientSocket, (url) => new ClientSocket(context, url)),
  };
  // Of the module scripts import these too; as globals the host has them.
  const { fetch, Request, Response, Headers, FormData, AbortController, AbortSignal } = globalThis;
  const web = { fetch, Request, Response, Headers, FormData, AbortController, AbortSignal };
  return { ...globals, __scripting: { ...globals, ...web } };
}
