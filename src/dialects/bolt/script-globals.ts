import type { ScriptContext } from "../../host/api/dialect.ts";
import { clientCalls } from "./calls/client-calls.ts";
import type { Clients } from "./clients.ts";
import { eventCalls } from "./calls/event-calls.ts";
import { jsonCalls } from "./calls/json-calls.ts";
import { callsOf } from "./checks.ts";
import { requestCalls } from "./calls/request-calls.ts";
import { responseCalls } from "./calls/response-calls.ts";
import { roomCalls } from "./calls/room-calls.ts";
import type { Routes } from "./routes/program-routes.ts";
import type { Settings } from "./calls/settings.ts";
import type { Turn } from "./call-context.ts";

/** What the published names act on. */
export interface NameParts {
  readonly side: ScriptContext;
  readonly routes: Routes;
  readonly settings: Settings;
  readonly clients: Clients;
  readonly turn: Turn;
  readonly dropped: () => number;
}

/** The names that a program finds: those of Bolt without their `@`, which JavaScript has another use for. */
export function boltNames(parts: NameParts): Readonly<Record<string, unknown>> {
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

function boltObject({ side, settings, clients, turn, dropped }: NameParts): object {
  return Object.freeze({
    ...eventCalls(turn),
    ...clientCalls({ side, clients, dropped }),
    ...roomCalls(side, clients),
    ...requestCalls(turn),
    ...responseCalls(turn),
    ...jsonCalls(),
    ...settings.calls(),
    ...callsOf({ "log(cMessage)": (message: string) => side.warn(message) }),
  });
}
