import type { ScriptContext } from "../../host/api/dialect.ts";
import { clientCalls } from "./calls/client-calls.ts";
import type { ProgramClients } from "./clients.ts";
import { eventCalls } from "./calls/event-calls.ts";
import { jsonCalls } from "./calls/json-calls.ts";
import { callsOf } from "./checks.ts";
import { requestCalls } from "./calls/request-calls.ts";
import { responseCalls } from "./calls/response-calls.ts";
import { roomCalls } from "./calls/room-calls.ts";
import type { ProgramRoutes } from "./routes/program-routes.ts";
import type { Settings } from "./calls/settings.ts";
import type { CallContext } from "./call-context.ts";

/** What the published names act on. */
export interface BoltContext {
  readonly script: ScriptContext;
  readonly routes: ProgramRoutes;
  readonly settings: Settings;
  readonly clients: ProgramClients;
  readonly turn: CallContext;
  readonly dropped: () => number;
}

/** The names that a program finds: those of Bolt without their `@`, which JavaScript has another use for. */
export function boltGlobals(parts: BoltContext): Readonly<Record<string, unknown>> {
  const { routes } = parts;
  return {
    $bolt: boltObject(parts),
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

function boltObject({ script, settings, clients, turn, dropped }: BoltContext): object {
  return Object.freeze({
    ...eventCalls(turn),
    ...clientCalls({ script, clients, dropped }),
    ...roomCalls(script, clients),
    ...requestCalls(turn),
    ...responseCalls(turn),
    ...jsonCalls(),
    ...settings.calls(),
    ...callsOf({ "log(cMessage)": (message: string) => script.warn(message) }),
  });
}
