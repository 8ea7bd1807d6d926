// Dialect: the names that a Bolt program finds without an import.
import { clientCalls } from "./api/client-calls.ts";
import { eventCalls } from "./api/event-calls.ts";
import { jsonCalls } from "./api/json-calls.ts";
import { requestCalls } from "./api/request-calls.ts";
import { responseCalls } from "./api/response-calls.ts";
import { roomCalls } from "./api/room-calls.ts";
import { callsOf } from "./common/checks.ts";
import type { BoltContext } from "./state/context.ts";

/** Bolt's published names without their `@`, which means something else in JavaScript. */
export function boltGlobals(context: BoltContext): Readonly<Record<string, unknown>> {
  const { routes } = context;
  return {
    $bolt: boltObject(context),
    ws: routes.ws,
    get: routes.http("get", "GET"),
    post: routes.http("post", "POST"),
    put: routes.http("put", "PUT"),
    patch: routes.http("patch", "PATCH"),
    del: routes.http("del", "DELETE"),
    route: routes.route,
    before: routes.before,
    after: routes.after,
  };
}

function boltObject(context: BoltContext): object {
  const { script, settings, call } = context;
  return Object.freeze({
    ...eventCalls(script.platform.encodings, call),
    ...clientCalls(context),
    ...roomCalls(context),
    ...requestCalls(script.platform, call),
    ...responseCalls(script.platform, call),
    ...jsonCalls(script.platform.clock),
    ...settings.calls(),
    ...callsOf({ "log(cMessage)": (message: string) => script.log(message) }),
  });
}
