import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** Answers a handshake with a complete HTTP response and ends the connection. A client that has gone does no harm. */
export function refuseUpgrade(socket: Duplex, status: number, reason: string): void {
  socket.on("error", destroy);
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const code = STATUS_CODES[status] === undefined || status < 300 ? 403 : status;
  const body = Buffer.from(`${reason}\n`);
  const head = [
    `HTTP/1.1 ${code} ${STATUS_CODES[code]}`,
    "Connection: close",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${body.length}`,
  ];
  socket.once("finish", destroy);
  socket.end(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]));
}

function destroy(this: Duplex): void {
  this.destroy();
}
