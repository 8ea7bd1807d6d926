// CLI: `parlor serve` and `parlor dev`, which serve an app until a signal.
import { killWhenStuck, serveAs } from "../../server/serve.ts";
import type { FrontPlace, ParlorServer, ReloadReport, ServeOptions } from "../../server/serve.ts";
import { logEntry } from "../../log.ts";
import { withoutUndefined } from "../../boundary/checks.ts";
import { ParlorError } from "../../boundary/errors.ts";
import { givenPath } from "../../working-folder.ts";
import { refuseNoFolder } from "../common/app-folder.ts";
import { emptyFolder } from "../common/empty-folder.ts";
import { packageVersion } from "../common/package.ts";
import { tryOpenControl } from "../control/open-control.ts";
import { controlledServer } from "../control/controlled-server.ts";
import { serveParent, takeFrontPlace } from "../fronts/front-link.ts";
import { FrontsWanted, refuseFronts } from "../fronts/fronts-wanted.ts";
import { LastReport } from "../control/last-report.ts";
import type { EarlySignals } from "../lifetime/early-signals.ts";
import { leave, mustEndWithin } from "../lifetime/leave.ts";
import { ServerSignals } from "../lifetime/server-signals.ts";
import { connectToSupervisor, type SupervisorLink } from "../lifetime/supervised.ts";
import { SupervisorSignals } from "../lifetime/supervisor-signals.ts";
import { hideCluster, serverArguments } from "../fronts/server-arguments.ts";
import { serveFronts } from "./fronts.ts";
import { UsageError } from "../print/failure.ts";
import { ServeLog, type LogFormat } from "../print/serve-log.ts";
import { connectToSystemd, type Systemd } from "../lifetime/systemd.ts";
import { printRoutes } from "../print/print-routes.ts";
import type { Terminal } from "../print/terminal.ts";

/**
 * Serves an app until a signal asks to stop. An option that is not given is the config's, or has its default. A server
 * that is asked to stop while it starts is not waited for: it has no sessions yet.
 */
export async function serveApp(
  dir: string,
  options: ServeCommandOptions,
  { terminal, early }: ServeCommandParts,
): Promise<number> {
  const log = new ServeLog(terminal, options.log);
  const current: { server: ParlorServer | null } = { server: null };
  const exit = (code: number, signal: NodeJS.Signals): void => {
    mustEndWithin(AT_ONCE);
    void closedAtOnce(current.server).then(() => leave(code, { signal, output: 0 }));
  };
  const signals = new ServerSignals({ hasTerminal: terminal.interactive, early, exit });
  // Nothing else may keep the process alive while it waits for its end.
  const alive = setInterval(() => undefined, ALIVE);
  let supervisor: SupervisorLink | null = null;
  hideCluster();
  const environment = { ...process.env };
  try {
    await refuseNoFolder(dir);
    if (signals.isStopped) return stoppedEarly();
    const front = takeFrontPlace();
    const onFailed = (reason: string): void => logEntry(log.current, "PARLOR_SYSTEMD", { reason });
    // One of several fronts is enough.
    const systemd = front?.notifies === false ? null : connectToSystemd(onFailed);
    supervisor = connectToSupervisor(() => signals.stop("SIGTERM"));
    const reports = new LastReport();
    const isSupervised = supervisor !== null;
    const starting = start({ dir, options, reports, signals, front, isSupervised }, log);
    const server = await Promise.race([starting, signals.stopped.then(() => null)]);
    if (server === null) return stoppedEarly();
    current.server = server;
    supervisor?.serves(server.shutdownGrace);
    const serving = { server, dir, reports, log, front, watch: options.watch };
    return await untilStopped(serving, { signals, terminal, systemd });
  } catch (error) {
    if (error instanceof FrontsWanted)
      return await byFronts(error, { dir, environment, options, supervisor, signals, log, terminal });
    signals.release();
    log.fail(error);
    return 1;
  } finally {
    clearInterval(alive);
  }
}

// Clients get their closes, and quick handlers run.
async function closedAtOnce(server: ParlorServer | null): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, CLOSED_WITHIN));
  await Promise.race([late, server?.close({ atOnce: true })]);
}

// The variables of `.env` are read by each front: one that it got from here would override the file when it changes.
async function byFronts(
  wanted: FrontsWanted,
  { environment, supervisor, ...parts }: ByFronts,
): Promise<number> {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  if (supervisor !== null) {
    supervisor.wants(wanted.count);
    return 0;
  }
  const { dir, options, signals, log, terminal } = parts;
  const early: EarlySignals = { received: signals.isStopped ? ["SIGTERM"] : [], release: () => undefined };
  const own = new SupervisorSignals(terminal.interactive, early);
  return serveFronts([dir, ...serverArguments(options)], { count: wanted.count, signals: own, log });
}

interface ByFronts {
  readonly dir: string;
  readonly options: ServeCommandOptions;
  readonly environment: NodeJS.ProcessEnv;
  readonly supervisor: SupervisorLink | null;
  readonly signals: ServerSignals;
  readonly log: ServeLog;
  readonly terminal: Terminal;
}

function stoppedEarly(): number {
  mustEndWithin(END_TIME);
  return 0;
}

/** What a server of the command line is given. */
export interface ServeCommandParts {
  readonly terminal: Terminal;
  readonly early: EarlySignals;
}

const ALIVE = 60_000;

/** How long the process may take to end at a second signal, ms. */
const AT_ONCE = 900;
/** How much of that sessions and their scripts may take, ms. */
const CLOSED_WITHIN = 200;

/** The options of `parlor serve` and `parlor dev`. */
export interface ServeCommandOptions extends CertificateFiles {
  readonly port?: number;
  readonly host?: string;
  /** The URL of the server that joins the nodes of a cluster. */
  readonly cluster?: string;
  /** How many processes serve the app. */
  readonly fronts?: number;
  /** Whether to reload a script when one of the app's files is saved. */
  readonly watch: boolean;
  /** The form of the log; without it, as `logFormat` of the app says. */
  readonly log?: LogFormat;
}

/** The files of the key and the certificate, relative to the working folder; both or none. */
interface CertificateFiles {
  readonly key?: string;
  readonly cert?: string;
}

interface Start {
  readonly dir: string;
  readonly options: ServeCommandOptions;
  readonly reports: LastReport;
  readonly signals: ServerSignals;
  readonly front: FrontPlace | null;
  readonly isSupervised: boolean;
}

interface Serving {
  readonly server: ParlorServer;
  readonly dir: string;
  readonly reports: LastReport;
  readonly log: ServeLog;
  readonly front: FrontPlace | null;
  readonly watch: boolean;
}

// A supervisor that was killed leaves a server that frees the port when it has noticed.
async function start(parts: Start, log: ServeLog): Promise<ParlorServer> {
  const end = performance.now() + (parts.isSupervised ? PORT_WAIT : 0);
  for (;;) {
    try {
      return await startOnce(parts, log);
    } catch (error) {
      const mayRetry = isPortInUse(error) && performance.now() < end && !parts.signals.isStopped;
      if (!mayRetry) throw error;
      await new Promise((resolve) => setTimeout(resolve, PORT_PAUSE));
    }
  }
}

/** How long a server waits for the port that the server before a restart has, and how often it tries, ms. */
const PORT_WAIT = 15_000;
const PORT_PAUSE = 250;

function isPortInUse(error: unknown): boolean {
  return error instanceof ParlorError && error.code === "PARLOR_PORT_IN_USE";
}

async function startOnce({ dir, options, reports, front }: Start, log: ServeLog): Promise<ParlorServer> {
  try {
    const hooks = { log: log.of, onReload: (report: ReloadReport) => reports.set(report) };
    const onConfig = front === null && !options.watch ? refuseFronts : undefined;
    return await serveAs(
      {
        dir,
        ...settingsOf(options),
        playground: options.watch,
        ...(!options.watch && { defaultDrainTime: DRAIN_TIME }),
        ...hooks,
      },
      { front, ...(onConfig !== undefined && { onConfig }) },
    );
  } catch (error) {
    const isEmpty = error instanceof ParlorError && error.code === "PARLOR_APP_EMPTY";
    throw isEmpty ? await emptyFolder(dir) : error;
  }
}

/** Over how long `parlor serve` closes its sessions, where the app does not say, ms. */
const DRAIN_TIME = 5000;

function settingsOf({
  key,
  cert,
  port,
  host,
  cluster,
  fronts,
  watch,
}: ServeCommandOptions): Omit<ServeOptions, "dir"> {
  const settings = withoutUndefined({ port, host, cluster, fronts, watch });
  if (key === undefined && cert === undefined) return settings;
  if (key === undefined || cert === undefined)
    throw new UsageError(
      `${key === undefined ? "--cert needs --key" : "--key needs --cert"}; give both files`,
    );
  return { ...settings, tls: { key: givenPath(key), cert: givenPath(cert) } };
}

async function untilStopped(serving: Serving, { signals, terminal, systemd }: Surroundings): Promise<number> {
  const { server, log } = serving;
  const app = controlledServer(server, serving.dir, { reports: serving.reports, systemd });
  const control = serving.front === null ? await tryOpenControl(serving.dir, app, log.current) : null;
  if (serving.front !== null) serveParent(app, server);
  if (serving.front?.isFirst !== false) printServing(serving, terminal);
  // From the stop on, the exit guard ends a process that does not end. Under dev, a debugger may come at any time.
  const unguard = serving.watch ? () => undefined : killWhenStuck(lastLine(log));
  // Its problems are in the log.
  signals.reloadsBy(() => void app.reload().catch(() => undefined));
  systemd?.ready();
  await signals.stopped;
  systemd?.stopping();
  unguard();
  mustEndWithin(server.shutdownGrace + END_TIME);
  if (terminal.interactive) terminal.err("shutting down (press Ctrl-C again to force)");
  control?.close();
  await server.close();
  return signals.isForced ? FORCED : 0;
}

/** The exit code after a second signal. */
const FORCED = 130;

/** What a server of the command line works with. */
interface Surroundings {
  readonly signals: ServerSignals;
  readonly terminal: Terminal;
  readonly systemd: Systemd | null;
}

function lastLine({ isJson }: ServeLog): (code: string, text: string) => string {
  return (code, msg) => (isJson ? JSON.stringify({ level: 50, code, msg }) : `parlor: ${msg} [${code}]`);
}

/** This long after the grace the process has ended, ms. */
const END_TIME = 900;

function printServing({ server, dir, watch }: Serving, terminal: Terminal): void {
  terminal.out(`parlor ${packageVersion()}  ${terminal.style("dim", dir)}`);
  terminal.out("");
  printRoutes(terminal, server.routes);
  terminal.out("");
  terminal.out(`open ${terminal.style("bold", server.url)}`);
  if (watch) terminal.out(`try it at ${server.url}/_parlor/`);
}
