// Dialect: the names that a Bolt program finds without an import.
import { cacheCalls } from "./api/cache-calls.ts";
import { clientCalls } from "./api/client-calls.ts";
import { cookieCalls } from "./api/cookie-calls.ts";
import { eventCalls } from "./api/event-calls.ts";
import { fileCalls } from "./api/file-calls.ts";
import { jsonCalls } from "./api/json-calls.ts";
import { absentCalls } from "./api/not-in-parlor.ts";
import { requestCalls } from "./api/request-calls.ts";
import { responseCalls } from "./api/response-calls.ts";
import { roomCalls } from "./api/room-calls.ts";
import { sseCalls } from "./api/sse-calls.ts";
import { textCalls } from "./api/text-calls.ts";
import { uploadCalls } from "./api/upload-calls.ts";
import { callsOf } from "./common/checks.ts";
import { routeModifiers } from "./routes/route-modifiers.ts";
import type { BoltContext } from "./state/context.ts";

/** Bolt's published names without their `@`, which means something else in JavaScript. */
export function boltGlobals(context: BoltContext): Readonly<Record<string, unknown>> {
  const { routes, middleware } = context;
  return {
    $bolt: boltObject(context),
    ws: routes.ws,
    get: routes.http("get", "GET"),
    post: routes.http("post", "POST"),
    put: routes.http("put", "PUT"),
    patch: routes.http("patch", "PATCH"),
    del: routes.http("del", "DELETE"),
    head: routes.http("head", "HEAD"),
    options: routes.http("options", "OPTIONS"),
    route: routes.route,
    sse: routes.sse,
    ...routeModifiers(routes),
    ...middleware.calls(),
  };
}

function boltObject(context: BoltContext): object {
  const { script, settings, call } = context;
  const calls = {
    ...eventCalls(script.platform.encodings, call),
    ...clientCalls(context),
    ...roomCalls(context),
    ...requestCalls(script.platform, call),
    ...uploadCalls(script.platform, call),
    ...responseCalls(script, call),
    ...cookieCalls(call),
    ...textCalls(script, call),
    ...fileCalls(script, call),
    ...cacheCalls(script.platform.clock),
    ...sseCalls(context.routes, context.streams),
    ...jsonCalls(script.platform.clock),
    ...settings.calls(),
    ...callsOf({ "log(cMessage)": (message: string) => script.log(message) }),
  };
  // On the prototype, because they are no calls of this object: they only say so.
  return Object.freeze(Object.assign(Object.create(Object.freeze(absentCalls())) as object, calls));
}
