import type { Execution } from "../execution.ts";
import { WebsocketSession } from "./websocket-session.ts";

/** The route of the published v2 endpoint. */
export const SCRIPT_ROUTE = "/service/:type";

/** The published v2 `net/websocket`: the sessions of `/service/js`. */
export function websocketModule({ program: { script }, session }: Execution): object {
  return {
    getSession(): WebsocketSession {
      if (session !== null) return new WebsocketSession(script, session);
      throw new Error(
        "websocket.getSession: there is a session only while a message of /service/js is handled; getOpenSessions() works everywhere",
      );
    },
    getOpenSessions: (): WebsocketSession[] =>
      script.directory.ownSessions(SCRIPT_ROUTE).map((open) => new WebsocketSession(script, open)),
  };
}
