import { stringFor } from "../checks.ts";
import type { Execution } from "../execution.ts";
import type { WebsocketClient } from "../clients/websocket-client.ts";

/** The published `net/v4/websockets`: outbound clients, and what a handler can ask about its event. */
export function websocketsModule(execution: Execution): object {
  const { context } = execution;
  const { clients } = execution.program;
  const getMethod = (): unknown => context.get("method");
  return {
    createWebsocket: (uri: unknown, handler: unknown, engine?: unknown): WebsocketClient =>
      clients.create({ uri, handler, engine }, execution),
    getClients: () => clients.list(),
    getClient: (id: unknown) => clients.byId(stringFor("websockets.getClient", "id", id)),
    getClientByHandler: (handler: unknown) =>
      clients.byHandler(stringFor("websockets.getClientByHandler", "handler", handler)),
    getMessage: () => context.get("message"),
    getError: () => context.get("error"),
    getMethod,
    isOnOpen: () => getMethod() === "onopen",
    isOnMessage: () => getMethod() === "onmessage",
    isOnError: () => getMethod() === "onerror",
    isOnClose: () => getMethod() === "onclose",
  };
}
