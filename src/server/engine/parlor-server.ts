// Server: the public face of a server, as `serve` and `createServer` return it.
import { plural } from "../../boundary/text/plural.ts";
import type { ResolvedConfig } from "../../config.ts";
import type { TrafficSnapshot } from "../../front/flow/traffic-snapshot.ts";
import type { TaskOutcome, TaskWatch } from "../../front/task-runs.ts";
import type { ClusterNode } from "../../cluster/cluster-node.ts";
import { ClusterControl, type ControlledNode } from "../cluster/cluster-control.ts";
import type { Log } from "../../log.ts";
import type { AppProblem } from "../../load/files/app-problem.ts";
import type { Engine } from "./engine.ts";
import type { ServerHealth } from "../monitor/health.ts";
import { Pusher, type PushService } from "./pusher.ts";
import type { RouteRow } from "./rows.ts";
import type { ServerPort } from "./server-port.ts";
import type { ServerStatus } from "./status.ts";

/** A server, as `serve` and `createServer` return it. */
export class ParlorServer {
  readonly #parts: ServerParts;
  readonly #pusher: Pusher;
  /** All nodes of the cluster that the server is in; null without one. */
  readonly cluster: ClusterControl<ServerStatus> | null;
  #closing: Promise<void> | null = null;
  #isListening = false;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#pusher = new Pusher(parts.engine.front);
    const { cluster = null } = parts;
    this.cluster = cluster === null ? null : new ClusterControl(cluster, this.#asNode());
  }

  /** The TCP port; the configured one until the server listens. */
  get port(): number {
    return this.#parts.port.number;
  }

  /** The TCP port of `admin`; the configured one until it listens, and null for none. */
  get adminPort(): number | null {
    return this.#parts.port.adminNumber;
  }

  /** The configured address to listen on. */
  get host(): string {
    return this.#parts.config.host;
  }

  /** The address to open in a browser. */
  get url(): string {
    const host = ["0.0.0.0", "::"].includes(this.host) ? "localhost" : this.host;
    const scheme = this.#parts.port.isSecure ? "https" : "http";
    return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${this.port}`;
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
    return this.#pusher.service;
  }

  /**
   * Listens on the configured port. `serve` has done so already; a server that Parlor is attached to listens by itself.
   *
   * @throws ParlorError `PARLOR_PORT_IN_USE`, `PARLOR_PORT_DENIED` or `PARLOR_HOST_UNKNOWN`.
   */
  async listen(): Promise<void> {
    await this.#parts.port.listen();
    this.#isListening = true;
    const { routes } = this;
    const failed = routes.filter(({ status }) => status === "failed").length;
    const numbers = { routes: routes.length, failed, pid: process.pid };
    const text = `listening on ${this.url}: ${plural(numbers.routes, "route")}, ${failed} failed`;
    this.#parts.log.info({ kind: "server", url: this.url, ...numbers }, text);
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
   * script that does not load keeps its previous version. The files of `tls` are read again, too.
   *
   * With a route (`"/ws/chat"`) or the name of a script (`"ws/chat.ts"`), only that script and those on its thread are
   * loaded again. They restart even if their code has not changed.
   *
   * A version whose contract of messages would break connected clients is refused, unless `force` is set.
   *
   * @throws ParlorError `PARLOR_ROUTE_UNKNOWN` if there is no such route or script, `PARLOR_RELOAD_REFUSED` if its new
   * version does not load or cannot take over, `PARLOR_CONTRACT_BREAKS` if it would break clients, `PARLOR_CLOSING` if the server is closing. Without a route, it never
   * rejects: problems go to the log, to `problems` and to `onReload`.
   */
  async reload(route?: string, options: ReloadOptions = {}): Promise<void> {
    const renewed = route === undefined ? this.#parts.port.renewCertificate() : null;
    await this.#parts.scripts.reload(route, options);
    await renewed;
  }

  /** Why the files of `tls` could not be used when they were read last; null if they could. */
  get certificateProblem(): string | null {
    return this.#parts.port.certificateProblem;
  }

  /** The figures of the server, script by script. */
  get status(): ServerStatus {
    return this.#parts.engine.figures.status;
  }

  /** What has become of the messages of every route, in both directions. */
  get traffic(): TrafficSnapshot {
    return this.#parts.engine.figures.traffic;
  }

  /**
   * The metrics in the text format of Prometheus, as `GET /_parlor/metrics` returns them: for a program that has a port
   * of its own for them.
   */
  async metrics(): Promise<string> {
    return (await this.#parts.engine.figures.source.metrics()).text;
  }

  /** How long `close` waits for scripts, ms. */
  get shutdownGrace(): number {
    return this.#parts.config.shutdownGrace;
  }

  /**
   * Closes every session with 1001, in waves over `drainTime`, waits for `onClose` and `onStop`, both together up to
   * `shutdownGrace`, and stops. Whatever hangs, it resolves half a second after the grace at the latest: a thread in a
   * system call does not end. The reason of a close is a hint: `retry-after=3.2` asks to connect again after 3.2 s.
   *
   * @param atOnce closes all sessions in one wave; also those that are left when the server closes already
   */
  close({ atOnce = false }: { readonly atOnce?: boolean } = {}): Promise<void> {
    if (atOnce) this.#parts.engine.leaving.hurry();
    return (this.#closing ??= this.#close());
  }

  /** Whether the server is closing, or closed: it lets no clients in and is not ready. */
  get isDraining(): boolean {
    return this.#parts.engine.leaving.isDraining;
  }

  #asNode(): ControlledNode<ServerStatus> {
    const { directory } = this.#parts.engine.front;
    return {
      status: () => this.status,
      figures: () => {
        const { isDraining, port, sessionCount: sessions } = this;
        return { isDraining, port, sessions, rooms: directory.rooms.size, uptime: this.status.uptime };
      },
    };
  }

  async #close(): Promise<void> {
    const { shutdownGrace } = this.#parts.config;
    const { sessions } = this.health;
    const startedAt = performance.now();
    // Of sessions, the drain has a line.
    if (this.#isListening && sessions === 0)
      this.#parts.log.info({ kind: "server", sessions }, "stopping: no session is open");
    await within(shutdownGrace + STOP_TIME, this.#stop());
    if (this.#isListening) this.#logStopped(performance.now() - startedAt);
  }

  #logStopped(took: number): void {
    const { uptimeSeconds: uptime, faults, messages, sessions: left } = this.health;
    const { delivered } = messages;
    const duration = Math.round(took);
    const fields = { kind: "server", uptime, faults, delivered, left, duration };
    const figures = `${plural(delivered, "message")} delivered, ${plural(faults, "fault")}, ${plural(left, "session")} not closed`;
    this.#parts.log.info(fields, `stopped in ${duration} ms after ${uptime} s: ${figures}`);
  }

  async #stop(): Promise<void> {
    const { engine, config, port } = this.#parts;
    const stopped = port.stopListening();
    await engine.leaving.drain(config);
    const ended = Promise.all([this.#parts.cluster?.leave(), engine.stop()]);
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
  /** The cluster that the server is in; null or left out without one. */
  readonly cluster?: ClusterNode | null;
  readonly config: ResolvedConfig;
  readonly port: ServerPort;
  readonly log: Log;
  readonly scripts: ServedScripts;
  /** Called when the server has stopped. */
  end?(): Promise<void>;
}

/** The scripts that a server serves: those of an app folder, or functions of the program that embeds it. */
export interface ServedScripts {
  runTask(name: string, watch: TaskWatch): Promise<TaskOutcome>;
  reload(route?: string, options?: ReloadOptions): Promise<void>;
}

/** How scripts are loaded again. */
export interface ReloadOptions {
  /** Whether a version is served whose contract of messages breaks clients that are connected. Default `false`. */
  readonly force?: boolean;
}
