import type { ServerOptions } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../../boundary/clock.ts";

const CLIENT_GRACE = 1000;

const ANSWERS = new Map([
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", "413 Payload Too Large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
]);

/** How long a client may take, and how much it may say before its first byte of body. */
export interface HttpServerLimits {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
  readonly maxHeaderSize: number;
}

/** The limits of a server that is told no others. */
export const HTTP_SERVER_DEFAULTS: HttpServerLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5000,
  maxHeaderSize: 16 * 1024,
};

/** What to make a `node:http` server with, so that a slow or endless request does not hold it up. */
export function httpServerOptions(limits: Partial<HttpServerLimits> = {}): ServerOptions {
  const { headersTimeout, requestTimeout, keepAliveTimeout, maxHeaderSize } = {
    ...HTTP_SERVER_DEFAULTS,
    ...limits,
  };
  // Node looks only every 30 s for connections that are over their time.
  const connectionsCheckingInterval = 1000;
  return { headersTimeout, requestTimeout, keepAliveTimeout, maxHeaderSize, connectionsCheckingInterval };
}

/** Answers what is no request in one line, and closes the connection without cutting the answer off. */
export function answerClientError(
  error: Error & { readonly code?: string },
  socket: Duplex,
  clock: Clock,
): void {
  if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
  const status = ANSWERS.get(error.code ?? "") ?? "400 Bad Request";
  const body = `${status}\n`;
  const head = `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8`;
  socket.end(`${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  const timer = clock.after(CLIENT_GRACE, () => socket.destroy());
  socket.once("close", () => timer.cancel());
}
