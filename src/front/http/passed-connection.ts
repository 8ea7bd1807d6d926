// Front: a connection that another process of the machine is to serve: taken out here, and brought in there.
import type { IncomingMessage, Server } from "node:http";
import { Socket } from "node:net";

/** A connection between two processes: the descriptor, and the bytes that were read from it. */
export interface PassedConnection {
  readonly handle: SocketHandle;
  readonly bytes: Buffer;
}

/** Node's own object for a connection of TCP. */
export interface SocketHandle {
  readStop(): void;
  close(): void;
}

/**
 * Takes the connection of an upgrade out of this process: its socket is over here, and nothing is written to it. Null for
 * a connection of TLS, whose state lies in this process.
 */
export function takenOut({ request, socket, head }: TakenUpgrade): PassedConnection | null {
  const held = socket as unknown as HandleHolder;
  const handle = held._handle ?? null;
  if (handle === null || "encrypted" in socket) return null;
  handle.readStop();
  held._handle = null;
  socket.destroy();
  return { handle, bytes: Buffer.concat([headOf(request), head]) };
}

/** Lets a server read a passed connection from its first byte, as one that it has accepted. */
export function bringIn(server: Server, { handle, bytes }: PassedConnection): void {
  const socket = new Socket({ handle, allowHalfOpen: true } as ConstructorParameters<typeof Socket>[0]);
  socket.unshift(bytes);
  server.emit("connection", socket);
}

interface TakenUpgrade {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

interface HandleHolder {
  _handle?: SocketHandle | null;
}

// Headers are bytes to Node, a character each.
function headOf({ method = "GET", url = "/", httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    lines.push(`${rawHeaders[at] ?? ""}: ${rawHeaders[at + 1] ?? ""}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}
