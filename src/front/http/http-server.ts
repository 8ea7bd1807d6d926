// Front: the options of every `node:http` server that Parlor opens, and the response to bytes that are not a request.
import type { ServerOptions } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../../boundary/clock.ts";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import { rawResponse } from "./raw-response.ts";

/** Options for `node:http`'s `createServer`, so that a slow or endless request is cut in time. */
export function httpServerOptions(limits: Partial<HttpServerLimits> = {}): ServerOptions {
  const { headersTimeout, requestTimeout, keepAliveTimeout, maxHeaderSize } = {
    ...HTTP_SERVER_DEFAULTS,
    ...limits,
  };
  // Node's default looks for connections that are over their time every 30 s only.
  const connectionsCheckingInterval = 1000;
  return { headersTimeout, requestTimeout, keepAliveTimeout, maxHeaderSize, connectionsCheckingInterval };
}

/** Time limits in ms, and the size of the head in bytes. */
export interface HttpServerLimits {
  /** From the first byte of a request to the end of its headers; 408 above. */
  readonly headersTimeout: number;
  /** From the first byte of a request to the end of its body; 408 above. */
  readonly requestTimeout: number;
  /** How long a connection without a request stays open. */
  readonly keepAliveTimeout: number;
  /** Bytes of the request line and the headers; 431 above. */
  readonly maxHeaderSize: number;
}

/** The limits of a server that is given no others. */
export const HTTP_SERVER_DEFAULTS: HttpServerLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5000,
  maxHeaderSize: 16 * 1024,
};

/** Responds in one line to bytes that Node could not read as a request, and closes the connection. */
export function respondToClientError(
  error: Error & { readonly code?: string },
  socket: Duplex,
  clock: Clock,
): void {
  if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
  socket.end(rawResponse(CLIENT_ERRORS.get(error.code ?? "") ?? REFUSALS.BAD_REQUEST));
  // Without a pause the client's unread bytes would reset the connection and cost it the response.
  const timer = clock.after(CLIENT_GRACE, () => socket.destroy());
  socket.once("close", () => timer.cancel());
}

/** Ms for which a client may read the response to its broken request. */
const CLIENT_GRACE = 1000;

const CLIENT_ERRORS = new Map<string, HttpRefusal>([
  ["HPE_HEADER_OVERFLOW", REFUSALS.HEADERS_TOO_LONG],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", REFUSALS.CHUNKS_TOO_LONG],
  ["ERR_HTTP_REQUEST_TIMEOUT", REFUSALS.REQUEST_TIMEOUT],
]);
