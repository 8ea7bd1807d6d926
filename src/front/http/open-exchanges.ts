// Front: which HTTP exchanges are open, by the connection that they came in by, and how many there may be.
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock, Timer } from "../../boundary/clock.ts";
import { REFUSALS } from "../../boundary/errors/refusals.ts";
import type { LimitCounts } from "../limits/limit-counts.ts";
import type { HttpExchange } from "./exchange.ts";
import {
  awaitsBody,
  isStill,
  lastOpen,
  newConnection,
  pendingBytes,
  unsentBytesOf,
  type ReadRequest,
  type HttpConnection,
} from "./http-connection.ts";

/**
 * Reports each exchange once, when its response or its connection has closed. A pipelined response that waits for the
 * previous one gets no event when its connection closes, so the connection's own event is used as well.
 *
 * A client that does not read what it has asked for is cut: when it has made no progress for a time, or when all
 * responses together hold too much, the slowest first.
 */
export class OpenExchanges {
  readonly #listener: ExchangeListener;
  readonly #limits: ExchangeLimits;
  readonly #bySocket = new Map<Duplex, HttpConnection>();
  readonly #stalledAt: number;
  #size = 0;
  #written = 0;
  #timer: Timer | null = null;

  constructor(listener: ExchangeListener, limits: ExchangeLimits) {
    this.#listener = listener;
    this.#limits = limits;
    this.#stalledAt = Math.ceil(limits.unsentTimeout / PERIOD);
  }

  /**
   * Starts a request, now or when fewer of its connection are open: meanwhile the connection is not read. What follows a
   * refused request is not looked at.
   */
  admit(request: ReadRequest): void {
    const { socket } = request.exchange.req;
    const connection = this.#on(socket);
    if (connection.isRefused || connection.isBroken) return;
    connection.last = request.exchange;
    if (connection.exchanges.size < MOST_OF_CONNECTION) this.#begin(socket, connection, request);
    else connection.waiting.push(request);
    if (connection.exchanges.size >= MOST_OF_CONNECTION) this.#holdBack(socket, connection);
  }

  #begin(socket: Duplex, connection: HttpConnection, { exchange, isOwn, start }: ReadRequest): void {
    const isRefused = this.#size >= this.#limits.maxRequests && !isOwn;
    connection.exchanges.add(exchange);
    connection.isRefused = isRefused;
    this.#size += 1;
    if (isRefused) socket.pause();
    exchange.res.once("close", () => this.#remove(exchange));
    // The close is reported in any case; an error without a listener would end the process.
    exchange.res.on("error", () => {});
    if (this.#timer === null) this.#plan();
    start(isRefused ? REFUSALS.REQUESTS_FULL : null);
  }

  // Node resumes a socket whenever a body is read or dropped, so that it must be paused again.
  #holdBack(socket: Duplex, connection: HttpConnection): void {
    connection.isHeldBack = true;
    const pause = (): void => {
      if (connection.isHeldBack && !awaitsBody(connection)) socket.pause();
    };
    if (!connection.isGuarded) socket.on("resume", pause);
    connection.isGuarded = true;
    pause();
  }

  /** Bytes have come that are no request: nothing more is read. Calls `then` behind the responses, once. */
  breakOff(socket: Duplex, then: () => void): void {
    const connection = this.#on(socket);
    if (connection.isBroken) return;
    connection.isBroken = true;
    this.#holdBack(socket, connection);
    const last = lastOpen(connection);
    if (last === undefined) then();
    else last.res.once("close", then);
  }

  /** The last request of a connection whose response is not complete. */
  last(socket: Duplex): HttpExchange | undefined {
    const connection = this.#bySocket.get(socket);
    return connection === undefined ? undefined : lastOpen(connection);
  }

  /** At an upgrade Node stops to report this to responses, and a long one would wait for it for ever. */
  passDrains(socket: Duplex): void {
    socket.on("drain", () => this.on(socket)[0]?.res.emit("drain"));
  }

  get maxRequests(): number {
    return this.#limits.maxRequests;
  }

  on(socket: Duplex): readonly HttpExchange[] {
    return [...(this.#bySocket.get(socket)?.exchanges ?? [])];
  }

  /** This number of bytes of responses was written. */
  readonly wrote = (bytes: number): void => {
    this.#written += bytes;
    if (this.#written >= LOOKED_AFTER) this.#bound();
  };

  #on(socket: Duplex): HttpConnection {
    const known = this.#bySocket.get(socket);
    if (known !== undefined) return known;
    const made = newConnection();
    this.#bySocket.set(socket, made);
    socket.once("close", () => this.#socketClosed(socket));
    return made;
  }

  #socketClosed(socket: Duplex): void {
    const connection = this.#bySocket.get(socket);
    if (connection !== undefined) connection.waiting = [];
    for (const exchange of this.on(socket)) this.#remove(exchange);
    this.#bySocket.delete(socket);
  }

  #remove(exchange: HttpExchange): void {
    const { socket } = exchange.req;
    const connection = this.#bySocket.get(socket);
    if (connection?.exchanges.delete(exchange) !== true) return;
    this.#size -= 1;
    if (this.#size === 0) this.#rest();
    this.#listener.closed(exchange);
    this.#beginNext(socket, connection);
  }

  #beginNext(socket: Duplex, connection: HttpConnection): void {
    // A response may have been the connection's last one.
    if (connection.isRefused || socket.writableEnded) connection.waiting = [];
    while (connection.waiting.length > 0 && connection.exchanges.size < MOST_OF_CONNECTION)
      this.#begin(socket, connection, connection.waiting.shift() as ReadRequest);
    const { isRefused, isBroken, exchanges } = connection;
    if (!connection.isHeldBack || isRefused || isBroken || exchanges.size > RESUMED_AT) return;
    connection.isHeldBack = false;
    socket.resume();
  }

  #rest(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #plan(): void {
    this.#timer = this.#limits.clock.after(PERIOD, this.#check);
  }

  readonly #check = (): void => {
    this.#timer = null;
    for (const [socket, connection] of this.#bySocket) {
      if (connection.exchanges.size === 0) continue;
      connection.checks = isStill(socket, connection) ? connection.checks + 1 : 0;
      connection.pending = pendingBytes(socket);
      if (connection.checks >= this.#stalledAt) this.#cut(socket, "unsentTimeout");
    }
    this.#bound();
    if (this.#size > 0) this.#plan();
  };

  #bound(): void {
    this.#written = 0;
    const all = Array.from(this.#bySocket, ([socket, connection]) => {
      return { socket, checks: connection.checks, bytes: unsentBytesOf(socket, connection) };
    });
    let total = all.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= this.#limits.unsentTotal) return;
    all.sort((a, b) => b.checks - a.checks || b.bytes - a.bytes);
    for (const { socket, bytes } of all) {
      if (total <= this.#limits.unsentTotal * KEPT_SHARE) return;
      total -= bytes;
      if (bytes > 0) this.#cut(socket, "unsentTotal");
    }
  }

  #cut(socket: Duplex, limit: "unsentTimeout" | "unsentTotal"): void {
    this.#limits.onLimit?.(limit, this.#limits[limit], (socket as Socket).remoteAddress ?? "");
    socket.destroy();
  }
}

export interface ExchangeListener {
  /** The response or the connection of the exchange has closed. */
  closed(exchange: HttpExchange): void;
}

/** Bounds of all exchanges together. */
export interface ExchangeLimits {
  readonly clock: Clock;
  /** Requests without a complete response. */
  readonly maxRequests: number;
  /** Bytes of responses that clients have not taken. */
  readonly unsentTotal: number;
  /** For how long a client may take nothing of a response, ms. */
  readonly unsentTimeout: number;
  /** Bytes of bodies that have not arrived whole. */
  readonly bodyTotal: number;
  /** Is notified of each request that is refused, and each connection that is cut, because of a limit. */
  readonly onLimit?: LimitCounts["exceeded"] | undefined;
}

/** Requests of one connection that are open at once. With the last of them the connection is not read until few are left. */
const MOST_OF_CONNECTION = 16;
const RESUMED_AT = 8;
/** How often connections are looked at, ms. */
const PERIOD = 500;
/** After this number of bytes of responses the total is looked at. */
const LOOKED_AFTER = 1_048_576;
/** After clients were cut, this share of the bound is left. */
const KEPT_SHARE = 0.9;
