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

/** Answers a request as if it had offered nothing (RFC 9110, 7.8), and ends the connection after it. */
export function declineUpgrade(request: IncomingMessage, socket: Socket, handle: Handle): void {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  socket.on("error", () => socket.destroy());
  response.assignSocket(socket);
  response.on("finish", () => {
    response.detachSocket(socket);
    socket.end();
  });
  handle(request, response);
}
