// Server: the `node:http` server of a Parlor server: it listens, and passes requests and upgrades on.
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { ParlorError } from "../../boundary/errors.ts";
import type { ResolvedConfig } from "../../config.ts";
import {
  HTTP_SERVER_DEFAULTS,
  httpServerOptions,
  type HttpServerLimits,
} from "../../front/http/http-server.ts";
import { asksForWebSocket, declineUpgrade, isPlainRequest } from "../../front/websocket/declined-upgrade.ts";
import type { Engine } from "./engine.ts";

/** The port of a server: a `node:http` server of its own, or one of the program that embeds it. */
export class ServerPort {
  readonly #engine: Engine;
  readonly #config: ResolvedConfig;
  readonly #server: Server;
  readonly #isOwn: boolean;
  /** Connections that Node's server has handed over with their upgrade, and does not close. */
  readonly #declined = new Set<Socket>();

  /** `server`: that of the program that embeds Parlor; null makes one. */
  constructor(engine: Engine, config: ResolvedConfig, server: Server | null) {
    this.#engine = engine;
    this.#config = config;
    this.#isOwn = server === null;
    this.#server = server ?? createServer(httpServerOptions(limitsOf(config)));
    this.#server.on("upgrade", this.#onUpgrade);
    if (this.#isOwn) this.#serveHttp();
  }

  /** The TCP port; the configured one until the server listens. */
  get number(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? this.#config.port;
  }

  /** Listens on the configured port. A server of the embedding program listens by itself. */
  async listen(): Promise<void> {
    if (!this.#isOwn) return;
    const { port, host } = this.#config;
    await new Promise<void>((resolve, reject) => {
      const onError = (error: Error): void => reject(listenError(error, host, port));
      this.#server.once("error", onError);
      this.#server.listen({ port, host, backlog: 4096 }, () => {
        this.#server.off("error", onError).on("error", this.#engine.gateway.connections.onError);
        resolve();
      });
    });
  }

  /** Takes no more connections and upgrades; resolves when the existing connections have ended. */
  async stopListening(): Promise<void> {
    this.#server.off("upgrade", this.#onUpgrade);
    if (!this.#isOwn || !this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
    });
  }

  /** Cuts the connections that are left. */
  cutConnections(): void {
    if (this.#isOwn) this.#server.closeAllConnections();
    for (const socket of this.#declined) socket.destroy();
  }

  #serveHttp(): void {
    const { http, gateway } = this.#engine;
    this.#server.on("connection", gateway.connections.admit);
    this.#server.on("request", http.handle);
    this.#server.on("checkContinue", http.handleContinue);
    this.#server.on("clientError", http.handleClientError);
  }

  // Another listener for upgrades may serve a path that is not a route here.
  readonly #onUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
    const { gateway } = this.#engine;
    const isRoute = gateway.knows(request);
    if (this.#server.listenerCount("upgrade") > 1 && !isRoute) return;
    const isOffer = this.#isOwn && !isRoute && !asksForWebSocket(request);
    if (isOffer && isPlainRequest(request)) return this.#decline(request, socket);
    gateway.upgrade(request, socket, head);
  };

  #decline(request: IncomingMessage, socket: Socket): void {
    this.#declined.add(socket);
    socket.once("close", () => this.#declined.delete(socket));
    declineUpgrade(request, socket, this.#engine.http.handle);
  }
}

// Node refuses a limit for the headers that is longer than that for the whole request.
function limitsOf({ handshakeTimeout }: ResolvedConfig): Partial<HttpServerLimits> {
  const { requestTimeout } = HTTP_SERVER_DEFAULTS;
  return { headersTimeout: handshakeTimeout, requestTimeout: Math.max(requestTimeout, handshakeTimeout) };
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new ParlorError("PARLOR_PORT_IN_USE", { port });
    case "EACCES":
      return new ParlorError("PARLOR_PORT_DENIED", { port });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new ParlorError("PARLOR_HOST_UNKNOWN", { host });
    default:
      return error;
  }
}
