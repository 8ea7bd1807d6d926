// Dialect: the names that a script of the Scripting API finds without an import.
import { ClientSocket } from "./api/client-socket.ts";
import { dataGlobal } from "./data/data-makers.ts";
import { fileEntityGlobal } from "./files/file-entity.ts";
import { fileManagerGlobal } from "./files/file-manager.ts";
import { Path } from "./files/path.ts";
import { scriptGlobal } from "./api/script.ts";
import { httpResponseBodyGlobal } from "./http/http-response-body.ts";
import { httpResponseGlobal } from "./http/http-response.ts";
import { HttpRequest } from "./http/http-request.ts";
import { HttpServer } from "./api/http-server.ts";
import { constructible, published } from "./common/published-class.ts";
import { WebSocketSession } from "./api/web-socket-session.ts";
import type { ScriptingContext } from "./state/context.ts";

/** The same names can be imported: `import { HttpServer } from "scripting"`. */
export function scriptingGlobals(context: ScriptingContext): Readonly<Record<string, unknown>> {
  const globals: Readonly<Record<string, unknown>> = {
    HttpServer: constructible("HttpServer", HttpServer, () => new HttpServer(context)),
    HttpRequest: published("HttpRequest", HttpRequest, {}),
    HttpResponse: httpResponseGlobal(),
    HttpResponseBody: httpResponseBodyGlobal(),
    WebSocketSession: published("WebSocketSession", WebSocketSession, {}),
    Data: dataGlobal(context.script.platform),
    FileManager: fileManagerGlobal(context.script.platform),
    FileEntity: fileEntityGlobal(context.script.platform),
    Path: { ...Path },
    Script: scriptGlobal(context),
    UUID: { string: () => context.script.randomUUID() },
    WebSocket: constructible("WebSocket", ClientSocket, (url) => new ClientSocket(context, url)),
  };
  return { ...globals, __scripting: withWebGlobals({ ...globals }) };
}

// As globals a script has these from its host; the module "scripting" has them too. Node loads them when they are first
// read, which takes half as long as the start of a thread, so they are read by the programs that import them.
function withWebGlobals(module: object): object {
  const names = ["fetch", "Request", "Response", "Headers", "FormData", "AbortController", "AbortSignal"];
  for (const name of names)
    Object.defineProperty(module, name, {
      enumerable: true,
      get: () => Reflect.get(globalThis, name) as unknown,
    });
  return module;
}
