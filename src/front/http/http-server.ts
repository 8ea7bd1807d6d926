// Front: every `node:http` server that Parlor opens, with its limits, and the response to bytes that are not a request.
import { createServer, type IncomingMessage, type Server, type ServerOptions } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { Duplex } from "node:stream";
import type { SecureContextOptions } from "node:tls";
import type { Clock } from "../../boundary/clock.ts";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { ResolvedConfig } from "../../config.ts";
import { rawResponse } from "./raw-response.ts";

/** A server with these limits. */
export function createHttpServer(limits: HttpServerLimits): Server {
  const server = createServer(httpServerOptions(limits));
  // Node drops headers beyond 2,000, and those of a proxy come last. Their size is bounded.
  server.maxHeadersCount = 0;
  return server;
}

/** A server with these limits that speaks TLS only. A client has `handshakeTimeout` for the TLS handshake, too. */
export function createHttpsServer(limits: HttpServerLimits, secure: SecureContextOptions): TlsServer {
  const { handshakeTimeout } = limits;
  const server = createTlsServer({ ...httpServerOptions(limits), ...secure, handshakeTimeout });
  server.maxHeadersCount = 0;
  // Node passes a failed TLS handshake on as an error of HTTP, to which no response can be written.
  server.removeAllListeners("tlsClientError").on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}

/** Options for `node:http`'s `createServer`, so that a slow or endless request is cut in time. */
export function httpServerOptions(limits: HttpServerLimits): ServerOptions {
  const { handshakeTimeout, requestTimeout, keepAliveTimeout, maxHeaderSize } = limits;
  return {
    headersTimeout: handshakeTimeout,
    // Node refuses a limit for the headers that is longer than that for the whole request.
    requestTimeout: Math.max(requestTimeout, handshakeTimeout),
    ...{ keepAliveTimeout, maxHeaderSize },
    // Node's default looks for connections that are over their time every 30 s only.
    connectionsCheckingInterval: 1000,
  };
}

/** Times in ms, and the size of the head in bytes. `handshakeTimeout`: from a request's first byte to the end of its head. */
export type HttpServerLimits = Pick<
  ResolvedConfig,
  "handshakeTimeout" | "requestTimeout" | "keepAliveTimeout" | "maxHeaderSize"
>;

/** Why a request's version of HTTP is refused; null when it is not. Old clients may read with HTTP/1.0. */
export function versionProblem({
  httpVersion,
  method,
}: Pick<IncomingMessage, "httpVersion" | "method">): HttpRefusal | null {
  const isOldRead = httpVersion === "1.0" && (method === "GET" || method === "HEAD");
  return httpVersion === "1.1" || isOldRead ? null : REFUSALS.HTTP_VERSION;
}

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

/** Whether the bytes that came are the error, and not the connection. */
export function isOfRequest({ code = "" }: Error & { readonly code?: string }): boolean {
  return code.startsWith("HPE_") || CLIENT_ERRORS.has(code);
}

/** Ms for which a client may read the response to its broken request. */
const CLIENT_GRACE = 1000;

const CLIENT_ERRORS = new Map<string, HttpRefusal>([
  ["HPE_HEADER_OVERFLOW", REFUSALS.HEADERS_TOO_LONG],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", REFUSALS.CHUNKS_TOO_LONG],
  ["ERR_HTTP_REQUEST_TIMEOUT", REFUSALS.REQUEST_TIMEOUT],
]);
