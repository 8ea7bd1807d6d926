import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { ResolvedConfig } from "../config.ts";
import { ParlorError } from "../boundary/errors.ts";
import { asksForWebSocket, declineUpgrade, isPlainRequest } from "../front/websocket/declined-upgrade.ts";
import { HTTP_SERVER_DEFAULTS, httpServerOptions, type HttpServerLimits } from "../front/http/http-server.ts";
import type { AppProblem } from "../load/files/app-problem.ts";
import type { Engine } from "./engine.ts";
import type { ServerHealth } from "./health.ts";
import type { ServerStatus } from "./status.ts";
import type { RouteRow } from "./rows.ts";
import type { Pusher, PushService } from "./pusher.ts";
import type { TaskOutcome, TaskWatch } from "../front/task-runs.ts";

/** The parts of a server. `serve` and `createServer` differ in where its scripts come from. */
export interface ServerParts {
  readonly engine: Engine;
  readonly config: ResolvedConfig;
  readonly pusher: Pusher;
  /** The `node:http` server of the program that embeds Parlor; null makes one. */
  readonly server: Server | null;
  runTask(name: string, watch: TaskWatch): Promise<TaskOutcome>;
  reload(route?: string): Promise<void>;
  end(): Promise<void>;
}

/** A server, as `serve` and `createServer` return it. */
export class ParlorServer {
  readonly #parts: ServerParts;
  readonly #server: Server;
  readonly #isOwnServer: boolean;
  /** Connections that Node's server does not know of any more. */
  readonly #declined = new Set<Socket>();
  #closing: Promise<void> | null = null;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#isOwnServer = parts.server === null;
    this.#server = parts.server ?? createServer(httpServerOptions(limitsOf(parts.config)));
    this.#server.on("upgrade", this.#onUpgrade);
    if (this.#isOwnServer) this.#serveHttp();
  }

  /** The TCP port; the configured one until the server listens. */
  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? this.#parts.config.port;
  }

  /** The configured address to listen on. */
  get host(): string {
    return this.#parts.config.host;
  }

  /** The address to open in a browser. */
  get url(): string {
    const host = ["0.0.0.0", "::"].includes(this.host) ? "localhost" : this.host;
    return `http://${host.includes(":") ? `[${host}]` : host}:${this.port}`;
  }

  /** The table of routes: a row for each script, and one for the static files. */
  get routes(): readonly RouteRow[] {
    return this.#parts.engine.installer.deployment.rows;
  }

  /** Everything in the app that cannot be served, and why. */
  get problems(): readonly AppProblem[] {
    return this.#parts.engine.installer.deployment.problems;
  }

  /** Likely mistakes in the app's scripts; only `parlor dev` and `parlor check` look for them. */
  get warnings(): readonly AppProblem[] {
    return this.#parts.engine.installer.deployment.warnings;
  }

  /** The number of connected clients. */
  get sessionCount(): number {
    return this.#parts.engine.front.directory.size;
  }

  /** The health report, as `GET /_parlor/health` returns it. */
  get health(): ServerHealth {
    return this.#parts.engine.figures.health();
  }

  /**
   * Rooms and sessions for the program that embeds the server: the `WebSocketService` that scripts have.
   */
  get service(): PushService {
    return this.#parts.pusher.service;
  }

  /**
   * Listens on the configured port. `serve` has done so already; a server that Parlor is attached to listens by itself.
   *
   * @throws ParlorError `PARLOR_PORT_IN_USE`, `PARLOR_PORT_DENIED` or `PARLOR_HOST_UNKNOWN`.
   */
  async listen(): Promise<void> {
    if (!this.#isOwnServer) return;
    const { port, host } = this.#parts.config;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (error) => reject(listenError(error, host, port)));
      this.#server.listen({ port, host, backlog: 4096 }, resolve);
    });
  }

  /**
   * Runs a task of the app on its own thread, and resolves when it has ended.
   *
   * @param name the task's name, `cleanup` for `tasks/cleanup.ts`, or the path of a module of a registry
   * @param watch receives the task's log lines; its signal ends the task
   * @throws ParlorError `PARLOR_TASK_UNKNOWN` if there is no such task.
   */
  runTask(name: string, watch: TaskWatch): Promise<TaskOutcome> {
    return this.#parts.runTask(name, watch);
  }

  /**
   * Loads the app's folder again: new versions of scripts replace the previous ones, and every connection stays. A
   * script that does not load keeps its previous version.
   *
   * With a route (`"/ws/chat"`) or the name of a script (`"ws/chat.ts"`), only that script and those on its thread are
   * loaded again. They restart even if their code has not changed.
   *
   * @throws ParlorError `PARLOR_ROUTE_UNKNOWN` if there is no such route or script, `PARLOR_RELOAD_REFUSED` if its new
   * version does not load or cannot take over, `PARLOR_CLOSING` if the server is closing. Without a route, it never
   * rejects: problems go to the log, to `problems` and to `onReload`.
   */
  reload(route?: string): Promise<void> {
    return this.#parts.reload(route);
  }

  /** The figures of the server, script by script. */
  get status(): ServerStatus {
    return this.#parts.engine.figures.status();
  }

  /** Closes every session with 1001, waits for `onClose` up to `shutdownGrace`, and stops. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const { engine, config } = this.#parts;
    this.#server.off("upgrade", this.#onUpgrade);
    const stopped = this.#isOwnServer ? this.#stopListening() : Promise.resolve();
    await engine.drain(config.shutdownGrace);
    await engine.stop();
    if (this.#isOwnServer) this.#server.closeAllConnections();
    for (const socket of this.#declined) socket.destroy();
    await stopped;
    await this.#parts.end();
  }

  async #stopListening(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
    });
  }

  #serveHttp(): void {
    const { http } = this.#parts.engine;
    this.#server.on("request", http.handle);
    this.#server.on("checkContinue", http.handleContinue);
    this.#server.on("clientError", http.handleClientError);
  }

  // Where others listen for upgrades too, a path that is not ours may be theirs.
  readonly #onUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
    const { gateway } = this.#parts.engine;
    const isRoute = gateway.knows(request);
    if (this.#server.listenerCount("upgrade") > 1 && !isRoute) return;
    const isOffer = this.#isOwnServer && !isRoute && !asksForWebSocket(request);
    if (isOffer && isPlainRequest(request)) return this.#decline(request, socket);
    gateway.upgrade(request, socket, head);
  };

  #decline(request: IncomingMessage, socket: Socket): void {
    this.#declined.add(socket);
    socket.once("close", () => this.#declined.delete(socket));
    declineUpgrade(request, socket, this.#parts.engine.http.handle);
  }
}

// Node refuses a time for the headers that is longer than that for the whole request.
function limitsOf({ handshakeTimeout }: ResolvedConfig): Partial<HttpServerLimits> {
  const { requestTimeout } = HTTP_SERVER_DEFAULTS;
  return { headersTimeout: handshakeTimeout, requestTimeout: Math.max(requestTimeout, handshakeTimeout) };
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === "EADDRINUSE") {
    return new ParlorError("PARLOR_PORT_IN_USE", { port });
  }
  if (error.code === "EACCES") {
    return new ParlorError("PARLOR_PORT_DENIED", { port });
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    return new ParlorError("PARLOR_HOST_UNKNOWN", { host });
  }
  return error;
}
