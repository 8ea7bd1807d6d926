// Front: requests that offer an upgrade to another protocol than WebSocket, and are handled as plain ones.
import { ServerResponse, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";

/**
 * Handles a request as if it had offered nothing (RFC 9110, 7.8), and ends the connection after the response. Node has
 * let go of the connection, so only this function ends it, however long the client leaves it open.
 */
export function declineUpgrade(request: IncomingMessage, socket: Socket, handle: Handle): void {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  socket.on("error", () => socket.destroy());
  if (!isAssigned(response, socket)) return void socket.destroy();
  response.on("finish", () => {
    response.detachSocket(socket);
    socket.destroySoon();
  });
  handle(request, response);
}

/** Whether a request asks for a WebSocket. Some clients offer HTTP/2 with a plain request; Node reports every offer. */
export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade === undefined || /\bwebsocket\b/i.test(headers.upgrade);
}

/** Whether an offer can be declined by handling the request: it must have no body, because Node reads none here. */
export function isPlainRequest({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] === undefined && (headers["content-length"] ?? "0") === "0";
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

// Node throws while the response to a previous request is under way; a client that sends both at once can cause it.
function isAssigned(response: ServerResponse, socket: Socket): boolean {
  try {
    response.assignSocket(socket);
    return true;
  } catch {
    return false;
  }
}
