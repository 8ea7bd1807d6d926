// Front: the connections of a TLS server whose handshakes are under way.
import type { Server } from "node:https";
import type { Socket } from "node:net";

/** Node's HTTP server knows a connection only after its TLS handshake, and does not close it before. */
export class PendingHandshakes {
  readonly #sockets = new Map<string, Socket>();

  constructor(server: Server) {
    server.on("connection", (socket: Socket) => this.#add(socket));
    server.on("secureConnection", (socket) => this.#sockets.delete(peerOf(socket)));
  }

  /** Ends all of them. */
  cut(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }

  #add(socket: Socket): void {
    const peer = peerOf(socket);
    this.#sockets.set(peer, socket);
    socket.once("close", () => {
      if (this.#sockets.get(peer) === socket) this.#sockets.delete(peer);
    });
  }
}

function peerOf({ remoteAddress = "", remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
