// Dialect: the published module `net/websocket` (v2).
import type { Execution } from "../state/execution.ts";
import type { DirectoryEntry } from "../../../host/api/directory-view.ts";
import { WebsocketSession } from "./websocket-session.ts";

/** The sessions of `/service/js`, in a cluster those of all nodes. */
export function websocketModule({ program: { script }, session }: Execution): object {
  return {
    getSession(): WebsocketSession {
      if (session !== null) return new WebsocketSession(script, session);
      throw new Error(
        "websocket.getSession: no message of /service/js is being handled; use getOpenSessions(), which works everywhere",
      );
    },
    getOpenSessions: (): WebsocketSession[] => {
      const own = script.directory.ownSessions(SCRIPT_ROUTE);
      const elsewhere = script.directory.elsewhere((route) => route === SCRIPT_ROUTE);
      return [...own, ...elsewhere.filter(isOpen)].map((open) => new WebsocketSession(script, open));
    },
  };
}

function isOpen({ state }: DirectoryEntry): boolean {
  return state === "open";
}

/** The route of the published v2 endpoint. */
export const SCRIPT_ROUTE = "/service/:type";
