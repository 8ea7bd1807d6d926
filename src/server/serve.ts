// Server: `serve`, which serves an app folder, and what else the command line needs.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { ParlorConfig, ResolvedConfig } from "../config.ts";
import { withoutUndefined } from "../boundary/checks.ts";
import { errorText, type ErrorCode } from "../boundary/errors.ts";
import { standardLog, type Log, type LogSettings } from "../log.ts";
import { perNode } from "./app/per-node.ts";
import { logLoaded } from "./app/problem-log.ts";
import { holdBundler } from "../load/bundle/bundle.ts";
import { givenPath } from "../working-folder.ts";
import { realClock, realLoop } from "../real-clock.ts";
import { makeHost } from "../host/make-host.ts";
import { watch as hostWatch } from "../host/watch/watch.ts";
import { StartLimiter } from "../front/incarnation/start-limiter.ts";
import { AppEnvironment } from "./app/app-environment.ts";
import { Saves } from "./app/saves.ts";
import { AppServing } from "./app/app-serving.ts";
import { isAlwaysShown, type ReloadListener } from "./app/reload-report.ts";
import type { LoadedApp } from "../load/load-app.ts";
import { ClusterOnce } from "../cluster/cluster-once.ts";
import { historyConflicts } from "../load/history-conflicts.ts";
import type { FrontPlace } from "./fronts/front-place.ts";
import { joinCluster } from "./cluster/join-cluster.ts";
import { Engine } from "./engine/engine.ts";
import { resolveConfig } from "./engine/options.ts";
import type { OverloadListener } from "./engine/overload.ts";
import { certificateOf } from "./engine/certificate.ts";
import { ParlorServer, type ServerParts } from "./engine/parlor-server.ts";
import { refuseUnservable } from "./app/refusals.ts";
import { AppPlayground } from "./playground/app-playground.ts";
import { ServerPort, type PortParts } from "./engine/server-port.ts";

export { Relay } from "../cluster/local/relay.ts";
export type { PassedConnection, SocketHandle } from "../front/http/passed-connection.ts";
export { FrontPlace, type FrontReport } from "./fronts/front-place.ts";
export { createServer, type EmbedOptions } from "./embed.ts";
export { formatProblem, type AppProblem } from "../load/files/app-problem.ts";
export type { ServerHealth, ClientCounts } from "./monitor/health.ts";
export { ParlorServer, type ReloadOptions } from "./engine/parlor-server.ts";
export { checkApp } from "./app/check-app.ts";
export { asyncApi } from "./contract/async-api.ts";
export { packageInfo } from "../load/files/package-info.ts";
export type { RouteContract } from "./contract/route-contract.ts";
export { contractTypes } from "./contract/contract-types.ts";
export type { ReloadReport } from "./app/reload-report.ts";
export type { RouteRow } from "./engine/rows.ts";
export type { FrontSamples } from "./monitor/merged-samples.ts";
export type { NodeInfo, NodeReload, NodeStatus } from "./cluster/node-info.ts";
export type { ScriptStatus, ServerStatus } from "./engine/status.ts";
export { standardLog, type Log, type LogSettings } from "../log.ts";
export type { LogLine } from "../boundary/log-line.ts";
export type { TaskOutcome, TaskWatch } from "../front/task-runs.ts";

/**
 * Serves an app folder and listens. Its scripts run on threads; this thread never runs a line of them.
 *
 * @throws ParlorError whose message says what to do: `PARLOR_APP_MISSING` or `PARLOR_APP_EMPTY` if there is no app in the
 * folder, `PARLOR_NOTHING_SERVED` if none of its scripts loads, `PARLOR_CONFIG` if its `parlor.config` does not load,
 * `PARLOR_OPTION` if an option is wrong, `PARLOR_TLS` if the files of `tls` cannot be used, and the codes of `ParlorServer.listen`.
 * @example
 * const server = await serve({ dir: "my-app", port: 0 });
 * console.log(server.url, server.routes.length);
 */
export async function serve(options: ServeOptions): Promise<ParlorServer> {
  return serveAs(options, {});
}

/** `serve` for the command line, which has more to decide. */
export async function serveAs(options: ServeOptions, role: ServeRole): Promise<ParlorServer> {
  // Before any host, and before descriptors or memory can run short.
  const held = { releaseWatch: hostWatch.hold(), releaseBundler: holdBundler() };
  try {
    return await serveWatched({ ...options, dir: givenPath(options.dir) }, role, held);
  } catch (error) {
    held.releaseWatch();
    held.releaseBundler();
    throw error;
  }
}

/** What the server has in common with others of its process. */
interface Held {
  readonly releaseWatch: () => void;
  readonly releaseBundler: () => void;
}

async function serveWatched(
  options: ServeOptions,
  { front = null, onConfig }: ServeRole,
  held: Held,
): Promise<ParlorServer> {
  const {
    dir,
    watch = false,
    log: givenLog,
    onReload = () => undefined,
    onOverload = () => undefined,
    playground: hasPlayground = false,
    defaultDrainTime = 0,
    ...settings
  } = options;
  // Before the scripts are probed: they may read a variable at their top level.
  const environment = new AppEnvironment(dir);
  await environment.load();
  const saves = new Saves(dir, watch);
  const app = await saves.load(false, watch);
  refuseUnservable(app, hasPlayground);
  const config = configOf(app, settings, defaultDrainTime);
  onConfig?.(config);
  const log = typeof givenLog === "function" ? givenLog(config) : (givenLog ?? standardLog(config));
  const certificate = certificateOf(config.tls, { dir, log });
  if (front?.isFirst !== false) logStart(log, app, config, watch);
  const playground = hasPlayground ? new AppPlayground(app, watch, () => engine) : null;
  const { journal: observer, pages } = playground ?? {};
  const publicDir = { path: publicDirOf(app, hasPlayground) };
  const site = { publicDir, isDev: watch, pages };
  const hosts = { makeHost, limiter: new StartLimiter(realClock, 2 * availableParallelism()) };
  const time = { clock: realClock, loop: realLoop };
  const channel = front?.channel ?? null;
  const once = new ClusterOnce(config.cluster !== null || channel !== null, realClock);
  const engine: Engine = new Engine({ config, log, site, hosts, ...time, onOverload, observer, once, front });
  const serving = new AppServing(app, {
    ...{ engine, config, environment, log, load: saves.load },
    onReload: playground?.following(onReload) ?? onReload,
    onServed: (served) => (publicDir.path = publicDirOf(served, hasPlayground)),
  });
  await serving.install();
  await saves.watch(() => void serving.reloadSaved());
  const parts: ServerParts = {
    engine,
    config,
    port: portOf(engine, config, { own: pages, certificate, front }),
    log,
    scripts: serving,
    end: () => ended({ pages, saves, serving, ...held }),
  };
  const join = joinCluster(config.cluster, { front: engine.front, log, ...time, dir, once, channel });
  const cluster = await endingUnless(join, () => new ParlorServer(parts));
  const server = new ParlorServer({ ...parts, cluster });
  await endingUnless(server.listen(), () => server);
  return server;
}

function portOf(engine: Engine, config: ResolvedConfig, { front, ...parts }: FrontPortParts): ServerPort {
  const port = new ServerPort(engine, config, parts);
  if (front !== null) front.bringIn = port.bringIn;
  return port;
}

interface FrontPortParts extends PortParts {
  readonly front: FrontPlace | null;
}

async function ended({ pages, saves, serving, releaseBundler, releaseWatch }: Ending): Promise<void> {
  pages?.end();
  await saves.end();
  releaseBundler();
  await serving.settled();
  // A reload that was under way may have started it again.
  releaseBundler();
  releaseWatch();
}

interface Ending extends Held {
  readonly pages: AppPlayground["pages"] | undefined;
  readonly saves: Saves;
  readonly serving: AppServing;
}

// Under dev all likely mistakes are named, and elsewhere those that have an effect.
function logStart(log: Log, app: LoadedApp, config: ResolvedConfig, isDev: boolean): void {
  const { problems, warnings } = app;
  const shown = isDev ? warnings : warnings.filter(isAlwaysShown);
  const more = [...historyConflicts(app.scripts, config), ...perNode(app, config)];
  logLoaded(log, { problems, warnings: [...shown, ...more] });
}

// The drain time depends on who serves the app, where the app does not say.
function configOf({ config }: LoadedApp, settings: ParlorConfig, drainTime: number): ResolvedConfig {
  const resolved = resolveConfig({ ...config, ...withoutUndefined(settings) }, "options");
  return { ...resolved, drainTime: resolved.drainTime ?? drainTime };
}

// Under the playground, the folder may come after the start.
function publicDirOf({ files }: LoadedApp, hasPlayground: boolean): string | null {
  return files.publicDir ?? (hasPlayground ? join(files.root, "public") : null);
}

/**
 * For a process that has nothing else to do: kills it when its main thread has stood still for 10 s, so that its
 * supervisor starts it again. `format` makes the last line on the standard error stream. Returns the function that ends
 * this.
 */
export function killWhenStuck(format: (code: ErrorCode, text: string) => string): () => void {
  const text = errorText("PARLOR_SERVER_STUCK", { seconds: STUCK_AFTER / 1000 });
  return hostWatch.guardServer(STUCK_AFTER, format("PARLOR_SERVER_STUCK", text));
}

/** A main thread that stands still for this long does not come back, ms. */
const STUCK_AFTER = 10_000;

/** The options of `serve`: those of the configuration, which override the app's `parlor.config`, and these. */
export interface ServeOptions extends ParlorConfig {
  /** The app's folder. */
  readonly dir: string;
  /** Whether saving a file reloads its script. Default `false`. */
  readonly watch?: boolean;
  /**
   * Where the log goes; a function is called with the settings, those of the app's `parlor.config` included. Default: the
   * standard error stream, in the form that `logFormat` says.
   */
  readonly log?: Log | ((settings: LogSettings) => Log);
  /**
   * Whether `/_parlor/` is a page on which a person can try the app, for requests from this machine only; an app without
   * a page of its own has it at `/`, too, and a folder without scripts is served. `parlor dev` sets it. Default `false`.
   */
  readonly playground?: boolean;
  /** `drainTime` where neither these options nor the app's `parlor.config` has one, ms. `parlor serve` sets 5,000. Default 0. */
  readonly defaultDrainTime?: number;
  /** Called after each reload. */
  readonly onReload?: ReloadListener;
  /** Called when the ticks of a route start to overrun their period. */
  readonly onOverload?: OverloadListener;
}

/** What the command line decides about a server. */
export interface ServeRole {
  /** The place among several fronts; null, as by default, for a server that is alone on its port. */
  readonly front?: FrontPlace | null;
  /** Called with the settings before anything is served. If it throws, `serve` rejects with that. */
  readonly onConfig?: (config: ResolvedConfig) => void;
}

// A server that cannot do this ends what it has started: hosts, and ports of programs.
async function endingUnless<T>(done: Promise<T>, server: () => ParlorServer): Promise<T> {
  try {
    return await done;
  } catch (error) {
    await server().close();
    throw error;
  }
}
