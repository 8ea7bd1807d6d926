import { ClientSocket } from "./client-socket.ts";
import { publishedData } from "./data/data-makers.ts";
import { publishedBody } from "./http/http-response-body.ts";
import { publishedResponse } from "./http/http-response.ts";
import { HttpRequest } from "./http/http-request.ts";
import { HttpServer } from "./http/http-server.ts";
import { constructible, published } from "./published-class.ts";
import { WebSocketSession } from "./web-socket-session.ts";
import type { Wires } from "./context.ts";

/** What a script finds without an import, and by `import { ... } from "scripting"`. */
export function scriptingNames(wires: Wires): Readonly<Record<string, unknown>> {
  const globals = {
    HttpServer: constructible("HttpServer", HttpServer, () => new HttpServer(wires)),
    HttpRequest: published("HttpRequest", HttpRequest, {}),
    HttpResponse: publishedResponse(),
    HttpResponseBody: publishedBody(),
    WebSocketSession: published("WebSocketSession", WebSocketSession, {}),
    Data: publishedData(wires.side.platform),
    UUID: { string: () => wires.side.randomUUID() },
    WebSocket: constructible("WebSocket", ClientSocket, (url) => new ClientSocket(wires, url)),
  };
  // Of the module scripts import these too; as globals the host has them.
  const { fetch, Request, Response, Headers, FormData, AbortController, AbortSignal } = globalThis;
  const web = { fetch, Request, Response, Headers, FormData, AbortController, AbortSignal };
  return { ...globals, __scripting: { ...globals, ...web } };
}
