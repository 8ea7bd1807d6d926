// Dialect: the published module `net/websocket` (v2).
import type { Execution } from "../state/execution.ts";
import { WebsocketSession } from "./websocket-session.ts";

/** The sessions of `/service/js`. */
export function websocketModule({ program: { script }, session }: Execution): object {
  return {
    getSession(): WebsocketSession {
      if (session !== null) return new WebsocketSession(script, session);
      throw new Error(
        "websocket.getSession: no message of /service/js is being handled; use getOpenSessions(), which works everywhere",
      );
    },
    getOpenSessions: (): WebsocketSession[] =>
      script.directory.ownSessions(SCRIPT_ROUTE).map((open) => new WebsocketSession(script, open)),
  };
}

/** The route of the published v2 endpoint. */
export const SCRIPT_ROUTE = "/service/:type";
