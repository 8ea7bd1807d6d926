// Server: `serve`, which serves an app folder, and what else the command line needs.
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { ParlorConfig } from "../config.ts";
import { withoutUndefined } from "../boundary/checks.ts";
import { errorText, type ErrorCode } from "../boundary/errors.ts";
import { jsonLog, type Log } from "../log.ts";
import { formatProblem, type AppProblem } from "../load/files/app-problem.ts";
import { stopBundler } from "../load/bundle/bundle.ts";
import { realClock, realLoop } from "../real-clock.ts";
import { makeHost } from "../host/make-host.ts";
import { watch as hostWatch } from "../host/watch/watch.ts";
import { StartLimiter } from "../front/incarnation/start-limiter.ts";
import { AppEnvironment } from "./app/app-environment.ts";
import { Saves } from "./app/saves.ts";
import { AppServing } from "./app/app-serving.ts";
import type { ReloadListener } from "./app/reload-report.ts";
import { loadApp } from "../load/load-app.ts";
import { Engine } from "./engine/engine.ts";
import { resolveConfig } from "./engine/options.ts";
import type { OverloadListener } from "./engine/overload.ts";
import { ParlorServer } from "./engine/parlor-server.ts";
import { Pusher } from "./engine/pusher.ts";
import { refuseUnservable } from "./app/refusals.ts";
import { rowsOf, type RouteRow } from "./engine/rows.ts";
import { ServerPort } from "./engine/server-port.ts";

export { createServer, type EmbedOptions } from "./embed.ts";
export { formatProblem, type AppProblem } from "../load/files/app-problem.ts";
export type { ServerHealth, ClientCounts } from "./engine/health.ts";
export { ParlorServer } from "./engine/parlor-server.ts";
export type { ReloadReport } from "./app/reload-report.ts";
export type { RouteRow } from "./engine/rows.ts";
export type { ScriptStatus, ServerStatus } from "./engine/status.ts";
export type { Log } from "../log.ts";
export type { LogLine } from "../boundary/log-line.ts";
export type { TaskOutcome, TaskWatch } from "../front/task-runs.ts";

/**
 * Serves an app folder and listens. Its scripts run on threads; this thread never runs a line of them.
 *
 * @throws ParlorError whose message says what to do: `PARLOR_APP_MISSING` or `PARLOR_APP_EMPTY` if there is no app in the
 * folder, `PARLOR_NOTHING_SERVED` if none of its scripts loads, `PARLOR_CONFIG` if its `parlor.config` does not load,
 * `PARLOR_OPTION` if an option is wrong, and the codes of `ParlorServer.listen`.
 * @example
 * const server = await serve({ dir: "my-app", port: 0 });
 * console.log(server.url, server.routes.length);
 */
export async function serve(options: ServeOptions): Promise<ParlorServer> {
  // Before any host, and before descriptors or memory can run short.
  const releaseWatch = hostWatch.hold();
  try {
    return await serveWatched(options, releaseWatch);
  } catch (error) {
    releaseWatch();
    throw error;
  }
}

async function serveWatched(options: ServeOptions, onEnded: () => void): Promise<ParlorServer> {
  const {
    dir,
    watch = false,
    log: givenLog,
    logsProblems = true,
    onReload = () => undefined,
    onOverload = () => undefined,
    ...settings
  } = options;
  // Before the scripts are probed: they may read a variable at their top level.
  const environment = new AppEnvironment(resolve(dir));
  await environment.load();
  const saves = new Saves(resolve(dir), watch);
  const app = await saves.load(false, watch);
  refuseUnservable(app);
  const config = resolveConfig({ ...app.config, ...withoutUndefined(settings) }, "options");
  const log = givenLog ?? jsonLog(config.logLevel);
  if (logsProblems)
    for (const problem of app.problems) log.error({ code: problem.code }, formatProblem(problem));
  const { publicDir } = app.files;
  const limiter = new StartLimiter(realClock, 2 * availableParallelism());
  const time = { clock: realClock, loop: realLoop };
  const engine = new Engine({ config, log, publicDir, hosts: { makeHost, limiter }, ...time, onOverload });
  const serving = new AppServing(app, { engine, config, environment, log, onReload, load: saves.load });
  await serving.install();
  await saves.watch(() => void serving.reloadSaved());
  const server = new ParlorServer({
    engine,
    config,
    pusher: new Pusher(engine.front),
    port: new ServerPort(engine, config, null),
    scripts: serving,
    end: async () => {
      await saves.end();
      stopBundler();
      await serving.settled();
      onEnded();
    },
  });
  await listenOrEnd(server);
  return server;
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
  /** Where the log goes. Default: JSON lines on the standard error stream. */
  readonly log?: Log;
  /** Whether problems of scripts are logged; `server.problems` has them in any case. Default `true`. */
  readonly logsProblems?: boolean;
  /** Called after each reload. */
  readonly onReload?: ReloadListener;
  /** Called when the ticks of a route start to overrun their period. */
  readonly onOverload?: OverloadListener;
}

/** Loads an app folder, without serving it. */
export async function checkApp(dir: string): Promise<{
  readonly routes: readonly RouteRow[];
  readonly problems: readonly AppProblem[];
  readonly warnings: readonly AppProblem[];
}> {
  await new AppEnvironment(resolve(dir)).load();
  const app = await loadApp(dir, { warnings: true });
  stopBundler();
  return { routes: rowsOf(app), problems: app.problems, warnings: app.warnings };
}

async function listenOrEnd(server: ParlorServer): Promise<void> {
  try {
    await server.listen();
  } catch (error) {
    await server.close();
    throw error;
  }
}
