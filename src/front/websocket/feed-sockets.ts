// Front: WebSockets that are only written to: the server's own, which are not sessions.
import { WebSocketServer } from "ws";
import type { Arrival } from "./handshake.ts";
import { GOING_AWAY } from "../../boundary/errors/close-codes.ts";

/** Opens them and closes them. A client that sends more than a few bytes is disconnected. */
export class FeedSockets {
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: 1024,
    perMessageDeflate: false,
  });

  /** How many are open. */
  get size(): number {
    return this.#server.clients.size;
  }

  /** Takes over a connection. `onOpen` is called when the 101 has been written. */
  upgrade({ request, socket, head }: Arrival, onOpen: (feed: FeedSocket) => void): void {
    this.#server.handleUpgrade(request, socket, head, (opened) => {
      // The close event follows, and ends the feed.
      opened.on("error", () => undefined);
      onOpen(opened);
    });
  }

  /** Closes all of them. One that does not respond at once is cut: it would keep the process alive. */
  close(): void {
    const { clients } = this.#server;
    for (const client of clients) client.close(GOING_AWAY, "server is shutting down");
    setImmediate(() => {
      for (const client of clients) client.terminate();
    });
  }
}

/** A socket that is only written to: the part of a `WebSocket` of `ws` that this needs. */
export interface FeedSocket {
  /** Bytes that the client has not taken. */
  readonly bufferedAmount: number;
  send(text: string): void;
  terminate(): void;
  on(event: "close", listener: () => void): unknown;
}
