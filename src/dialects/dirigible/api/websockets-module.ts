// Dialect: the published module `net/v4/websockets`.
import { stringFor } from "../../../boundary/checks.ts";
import type { Execution } from "../state/execution.ts";
import type { WebsocketClient } from "../clients/websocket-client.ts";

/** Outbound clients, and the event that a handler is called for. */
export function websocketsModule(execution: Execution): object {
  const { context } = execution;
  const { clients } = execution.program;
  const getMethod = (): unknown => context.get("method");
  return {
    createWebsocket: (uri: unknown, handler: unknown, engine?: unknown): WebsocketClient =>
      clients.create({ uri, handler, engine }, execution.clients),
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
