// Front: one connection with HTTP requests: how much its client has not taken, and whether it makes progress.
import type { Duplex } from "node:stream";
import type { HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { HttpExchange } from "./exchange.ts";
import { announcedBody } from "./body/request-body.ts";

/** As it was found at the last look. */
export interface HttpConnection {
  readonly exchanges: Set<HttpExchange>;
  /** Requests that were read, and start when fewer are open. */
  waiting: ReadRequest[];
  /** The request that was read last. */
  last: HttpExchange | null;
  /** Whether it is not read because of what was. */
  isHeldBack: boolean;
  /** Whether its socket is paused again when Node resumes it too early. */
  isGuarded: boolean;
  /** Whether a request of it was refused, so that it is about to close. */
  isRefused: boolean;
  /** Whether bytes came that are no request: nothing more is read. */
  isBroken: boolean;
  /** How many looks ago its client took anything. */
  checks: number;
  pending: number;
  written: number;
}

/** A request that was read. */
export interface ReadRequest {
  readonly exchange: HttpExchange;
  /** Whether it is for the server itself. */
  readonly isOwn: boolean;
  /** `refusal`: why it is refused; null when it is not. */
  readonly start: (refusal: HttpRefusal | null) => void;
}

export function newConnection(): HttpConnection {
  return {
    ...{ exchanges: new Set(), waiting: [], last: null, isHeldBack: false, isGuarded: false },
    ...{ isRefused: false, isBroken: false, checks: 0, pending: 0, written: 0 },
  };
}

/** Whether no request can follow yet, because the body of the last one has not arrived whole. */
export function awaitsBody({ last }: HttpConnection): boolean {
  return last !== null && !last.req.complete && announcedBody(last.req, Infinity) !== "none";
}

/** The request whose response is the last of those that were read. */
export function lastOpen({ exchanges, waiting }: HttpConnection): HttpExchange | undefined {
  return waiting.at(-1)?.exchange ?? [...exchanges].at(-1);
}

/** Whether bytes wait and none has been taken since the last look. Notes how many have been written. */
export function isStill(socket: Duplex, connection: HttpConnection): boolean {
  const { written } = connection;
  connection.written = (socket as { bytesWritten?: number }).bytesWritten ?? 0;
  const pending = pendingBytes(socket);
  return pending > 0 && pending === connection.pending && connection.written === written;
}

/** Node's own measure of progress: what is left of the write that is under way. */
export function pendingBytes(socket: Duplex): number {
  const { _handle: handle } = socket as { _handle?: { writeQueueSize?: unknown } | null };
  const left = handle?.writeQueueSize;
  return typeof left === "number" ? left : socket.writableLength;
}

/** Bytes of its responses that the kernel has not taken, those that wait for an earlier response included. */
export function unsentBytesOf(socket: Duplex, { exchanges }: HttpConnection): number {
  let bytes = socket.writableLength;
  for (const { res } of exchanges)
    bytes += Math.max(0, res.writableLength - (res.socket?.writableLength ?? 0));
  return bytes;
}
