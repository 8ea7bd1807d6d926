// Front: which HTTP exchanges are open, by the connection that they came in by.
import type { Duplex } from "node:stream";
import type { HttpExchange } from "./exchange.ts";

/**
 * Reports each exchange once, when its response or its connection has closed. A pipelined response that waits for the
 * previous one gets no event when its connection closes, so the connection's own event is used as well.
 */
export class OpenExchanges {
  readonly #listener: ExchangeListener;
  readonly #bySocket = new Map<Duplex, Set<HttpExchange>>();

  constructor(listener: ExchangeListener) {
    this.#listener = listener;
  }

  add(exchange: HttpExchange): void {
    const { socket } = exchange.req;
    this.#on(socket).add(exchange);
    exchange.res.once("close", () => this.#remove(exchange));
    // The close is reported in any case; an error without a listener would end the process.
    exchange.res.on("error", () => {});
  }

  on(socket: Duplex): readonly HttpExchange[] {
    return [...(this.#bySocket.get(socket) ?? [])];
  }

  #on(socket: Duplex): Set<HttpExchange> {
    const known = this.#bySocket.get(socket);
    if (known !== undefined) return known;
    const exchanges = new Set<HttpExchange>();
    this.#bySocket.set(socket, exchanges);
    socket.once("close", () => this.#socketClosed(socket));
    return exchanges;
  }

  #socketClosed(socket: Duplex): void {
    for (const exchange of this.on(socket)) this.#remove(exchange);
    this.#bySocket.delete(socket);
  }

  #remove(exchange: HttpExchange): void {
    if (this.#bySocket.get(exchange.req.socket)?.delete(exchange) === true) this.#listener.closed(exchange);
  }
}

export interface ExchangeListener {
  /** The response or the connection of the exchange has closed. */
  closed(exchange: HttpExchange): void;
}
