import { ServerResponse, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** Whether a request asks for a WebSocket. Some clients offer HTTP/2 with a plain request; Node hands over every offer. */
export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade === undefined || /\bwebsocket\b/i.test(headers.upgrade);
}

/** Whether an offer can be declined by answering the request. Node reads no body of a request that it hands over so. */
export function isPlainRequest({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] === undefined && (headers["content-length"] ?? "0") === "0";
}

/**
 * Answers a request as if it had offered nothing (RFC 9110, 7.8), and ends the connection after it. Node has let go of
 * the connection: nobody but this ends it, however long the client leaves it open.
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

// Node throws while the answer to a request before is still on its way; a client that sends both at once can cause it.
function isAssigned(response: ServerResponse, socket: Socket): boolean {
  try {
    response.assignSocket(socket);
    return true;
  } catch {
    return false;
  }
}
