// Server: the `node:http` or `node:https` server of a Parlor server: it listens, and passes requests and upgrades on.
import type { IncomingMessage, Server } from "node:http";
import type { Server as TlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { ParlorError } from "../../boundary/errors.ts";
import type { ResolvedConfig } from "../../config.ts";
import { bringIn, type PassedConnection } from "../../front/http/passed-connection.ts";
import { createHttpServer, createHttpsServer } from "../../front/http/http-server.ts";
import { PendingHandshakes } from "../../front/tls/pending-handshakes.ts";
import type { ServedCertificate } from "../../front/tls/served-certificate.ts";
import { asksForWebSocket, declineUpgrade, isPlainRequest } from "../../front/websocket/declined-upgrade.ts";
import type { Arrival } from "../../front/websocket/handshake.ts";
import { REFUSALS } from "../../boundary/errors/refusals.ts";
import { refuseUpgrade } from "../../front/websocket/refuse-upgrade.ts";
import type { Engine } from "./engine.ts";

/** The port of a server: a server of its own, or one of the program that embeds it. */
export class ServerPort {
  readonly #engine: Engine;
  readonly #config: ResolvedConfig;
  readonly #server: Server | TlsServer;
  readonly #certificate: ServedCertificate | null;
  #handshakes: PendingHandshakes | null = null;
  readonly #isOwn: boolean;
  /** The port of `admin`; null for none. */
  #admin: Server | null = null;
  readonly #own: OwnUpgrades | null;
  /** Connections that Node's server has handed over with their upgrade, and does not close. */
  readonly #declined = new Set<Socket>();

  constructor(engine: Engine, config: ResolvedConfig, parts: PortParts = {}) {
    const { server = null, own = null, certificate = null } = parts;
    this.#engine = engine;
    this.#own = own;
    this.#config = config;
    this.#certificate = certificate;
    this.#isOwn = server === null;
    this.#server = server ?? this.#create();
    this.#server.on("upgrade", this.#onUpgrade);
    if (this.#isOwn) this.#serveHttp();
    if (config.admin.port !== null) this.#admin = this.#createAdmin();
  }

  /** The TCP port; the configured one until the server listens. */
  get number(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? this.#config.port;
  }

  /** Whether it speaks TLS. */
  get isSecure(): boolean {
    return this.#certificate !== null || "setSecureContext" in this.#server;
  }

  /** What is wrong with the files of its certificate since they were read last; null if nothing is. */
  get certificateProblem(): string | null {
    return this.#certificate?.problem ?? null;
  }

  /** Reads the files of its certificate again, if it has one. */
  async renewCertificate(): Promise<void> {
    await this.#certificate?.renew();
  }

  /** Listens on the configured port. A server of the embedding program listens by itself. */
  async listen(): Promise<void> {
    const { port, host, admin } = this.#config;
    if (this.#isOwn) await this.#listenAt(this.#server, { port, host });
    if (this.#admin !== null) await this.#listenAt(this.#admin, { port: admin.port ?? 0, host: admin.host });
  }

  /** The TCP port of `admin`; null if it has none. */
  get adminNumber(): number | null {
    return (this.#admin?.address() as AddressInfo | null)?.port ?? this.#config.admin.port;
  }

  #listenAt(server: Server, { port, host }: { readonly port: number; readonly host: string }): Promise<void> {
    const { backlog } = this.#config;
    return new Promise((resolve, reject) => {
      const onError = (error: Error): void => reject(listenError(error, host, port));
      server.once("error", onError).listen({ port, host, backlog }, () => {
        server.off("error", onError).on("error", this.#engine.gateway.bounds.connections.onError);
        resolve();
      });
    });
  }

  /** Serves a connection that another process has accepted. */
  readonly bringIn = (connection: PassedConnection): void => bringIn(this.#server, connection);

  /**
   * Takes no more connections and upgrades; resolves when the existing connections have ended. The port of `admin` shows
   * the drain to its end.
   */
  async stopListening(): Promise<void> {
    this.#server.off("upgrade", this.#onUpgrade);
    this.#certificate?.end();
    if (!this.#isOwn || !this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
    });
  }

  /** Cuts the connections that are left, and ends the port of `admin`. */
  cutConnections(): void {
    if (this.#isOwn) this.#server.closeAllConnections();
    this.#admin?.close();
    this.#admin?.closeAllConnections();
    this.#handshakes?.cut();
    for (const socket of this.#declined) socket.destroy();
  }

  #create(): Server | TlsServer {
    if (this.#certificate === null) return createHttpServer(this.#config);
    const server = createHttpsServer(this.#config, this.#certificate.secure);
    this.#certificate.follow((secure) => server.setSecureContext(secure));
    this.#handshakes = new PendingHandshakes(server);
    return server;
  }

  #createAdmin(): Server {
    const { http, gateway } = this.#engine;
    const server = createHttpServer(this.#config);
    server.on("connection", gateway.bounds.connections.admit);
    server.on("request", http.handleAdmin).on("clientError", http.handleClientError);
    return server;
  }

  #serveHttp(): void {
    const { http, gateway } = this.#engine;
    this.#server.on("connection", gateway.bounds.connections.admit);
    this.#server.on("request", http.handle);
    this.#server.on("checkContinue", http.handleContinue);
    this.#server.on("clientError", http.handleClientError);
  }

  // Another listener for upgrades may serve a path that is not a route here.
  readonly #onUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
    if (this.#isPipelined(socket)) return;
    if (this.#own?.upgrade({ request, socket, head }) === true) return;
    const { gateway, http } = this.#engine;
    const isRoute = gateway.knows(request);
    if (this.#server.listenerCount("upgrade") > 1 && !isRoute) return;
    const isOffer = this.#isOwn && !asksForWebSocket(request);
    if (isOffer && isPlainRequest(request)) return this.#decline(request, socket);
    gateway.upgrade({ request, socket, head }, (path) => this.#isOwn && http.serves(path));
  };

  // The 101 would overtake the response before it, which the client would then read as a frame.
  #isPipelined(socket: Socket): boolean {
    const refuse = (): void => refuseUpgrade(socket, REFUSALS.UPGRADE_PIPELINED);
    if (!this.#engine.http.awaitsResponse(socket, refuse)) return false;
    this.#declined.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#declined.delete(socket));
    return true;
  }

  #decline(request: IncomingMessage, socket: Socket): void {
    this.#declined.add(socket);
    socket.once("close", () => this.#declined.delete(socket));
    declineUpgrade(request, socket, this.#engine.http.handle);
  }
}

/** What a port may have beside its settings. */
export interface PortParts {
  /** The server of the program that embeds Parlor. Default: one is made. */
  readonly server?: Server | null;
  /** Takes handshakes before any route. */
  readonly own?: OwnUpgrades | undefined;
  /** Makes the port speak TLS only. */
  readonly certificate?: ServedCertificate | null;
}

/** Takes the handshakes that are the server's own. */
export interface OwnUpgrades {
  /** Takes one; false if it is for a route. */
  upgrade(arrival: Arrival): boolean;
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
