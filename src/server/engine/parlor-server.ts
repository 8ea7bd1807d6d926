// Server: the public face of a server, as `serve` and `createServer` return it.
import type { ResolvedConfig } from "../../config.ts";
import type { TaskOutcome, TaskWatch } from "../../front/task-runs.ts";
import type { AppProblem } from "../../load/files/app-problem.ts";
import type { Engine } from "./engine.ts";
import type { ServerHealth } from "./health.ts";
import type { Pusher, PushService } from "./pusher.ts";
import type { RouteRow } from "./rows.ts";
import type { ServerPort } from "./server-port.ts";
import type { ServerStatus } from "./status.ts";

/** A server, as `serve` and `createServer` return it. */
export class ParlorServer {
  readonly #parts: ServerParts;
  #closing: Promise<void> | null = null;

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  /** The TCP port; the configured one until the server listens. */
  get port(): number {
    return this.#parts.port.number;
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
    return this.#parts.engine.figures.health;
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
  listen(): Promise<void> {
    return this.#parts.port.listen();
  }

  /**
   * Runs a task of the app on its own thread, and resolves when it has ended.
   *
   * @param name the task's name, `cleanup` for `tasks/cleanup.ts`, or the path of a module of a registry
   * @param watch receives the task's log lines; its signal ends the task
   * @throws ParlorError `PARLOR_TASK_UNKNOWN` if there is no such task.
   */
  runTask(name: string, watch: TaskWatch): Promise<TaskOutcome> {
    return this.#parts.scripts.runTask(name, watch);
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
    return this.#parts.scripts.reload(route);
  }

  /** The figures of the server, script by script. */
  get status(): ServerStatus {
    return this.#parts.engine.figures.status;
  }

  /** How long `close` waits for scripts, ms. */
  get shutdownGrace(): number {
    return this.#parts.config.shutdownGrace;
  }

  /**
   * Closes every session with 1001, waits for `onClose` up to `shutdownGrace`, and stops. Whatever hangs, it resolves
   * half a second after the grace at the latest: a thread in a system call does not end.
   */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const { shutdownGrace } = this.#parts.config;
    await within(shutdownGrace + STOP_TIME, this.#stop());
  }

  async #stop(): Promise<void> {
    const { engine, config, port } = this.#parts;
    const stopped = port.stopListening();
    await engine.drain(config.shutdownGrace);
    const ended = engine.stop();
    port.cutConnections();
    await within(STOP_TIME, Promise.all([stopped, ended, this.#parts.end?.()]));
  }
}

/** How long the parts of a server may take to end, ms. */
const STOP_TIME = 300;

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}

/** The parts of a server. `serve` and `createServer` differ in where its scripts come from. */
export interface ServerParts {
  readonly engine: Engine;
  readonly config: ResolvedConfig;
  readonly pusher: Pusher;
  readonly port: ServerPort;
  readonly scripts: ServedScripts;
  /** Called when the server has stopped. */
  end?(): Promise<void>;
}

/** The scripts that a server serves: those of an app folder, or functions of the program that embeds it. */
export interface ServedScripts {
  runTask(name: string, watch: TaskWatch): Promise<TaskOutcome>;
  reload(route?: string): Promise<void>;
}
