import { onTestFinished } from "vitest";
import { WebSocket } from "ws";

/**
 * A browser's WebSocket, but for one thing: what it sends before it is open waits, as the document's client expects.
 */
export class QueueingWebSocket {
  onmessage: (event: { readonly data: unknown }) => void = () => undefined;
  readonly #socket: WebSocket;
  #queue: string[] = [];

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.on("message", (data: Buffer) => this.onmessage({ data: data.toString() }));
    this.#socket.once("open", () => {
      for (const text of this.#queue.splice(0)) this.#socket.send(text);
    });
    onTestFinished(() => this.#socket.terminate());
  }

  send(text: string): void {
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#queue.push(text);
    else this.#socket.send(text);
  }
}
