// CLI: `parlor serve` and `parlor dev`, which serve an app until a signal.
import { killWhenStuck, serve } from "../../server/serve.ts";
import type { ParlorServer, ReloadReport } from "../../server/serve.ts";
import { ParlorError } from "../../boundary/errors.ts";
import { emptyFolder, refuseNoFolder } from "../common/app-folder.ts";
import { packageVersion } from "../common/package.ts";
import { openControl } from "../control/control-server.ts";
import type { ControlServer } from "../control/control-server.ts";
import { controlledServer } from "../control/controlled-server.ts";
import { LastReport } from "../control/last-report.ts";
import type { EarlySignals } from "../lifetime/early-signals.ts";
import { leave, mustEndWithin } from "../lifetime/leave.ts";
import { ServerSignals } from "../lifetime/server-signals.ts";
import { connectToSupervisor } from "../lifetime/supervised.ts";
import { firstLineOf, UsageError } from "../print/failure.ts";
import { humanLog } from "../print/human-log.ts";
import { printProblems } from "../print/print-problems.ts";
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
  const exit = (code: number, signal: NodeJS.Signals): void => {
    mustEndWithin(AT_ONCE);
    void leave(code, { signal, output: 0 });
  };
  const signals = new ServerSignals({ hasTerminal: terminal.interactive, early, exit });
  // Nothing else may keep the process alive while it waits for its end.
  const alive = setInterval(() => undefined, ALIVE);
  try {
    await refuseNoFolder(dir);
    if (signals.isStopped) return stoppedEarly();
    const supervisor = connectToSupervisor(() => signals.stop("SIGTERM"));
    const reports = new LastReport();
    const starting = start({ dir, options, reports, signals, isSupervised: supervisor !== null }, terminal);
    const server = await Promise.race([starting, signals.stopped.then(() => null)]);
    if (server === null) return stoppedEarly();
    supervisor?.serves(server.shutdownGrace);
    return await untilStopped({ server, dir, reports, watch: options.watch }, { signals, terminal });
  } finally {
    clearInterval(alive);
  }
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

/** The options of `parlor serve` and `parlor dev`. */
export interface ServeCommandOptions {
  readonly port?: number;
  readonly host?: string;
  /** Whether to reload a script when one of the app's files is saved. */
  readonly watch: boolean;
}

interface Start {
  readonly dir: string;
  readonly options: ServeCommandOptions;
  readonly reports: LastReport;
  readonly signals: ServerSignals;
  readonly isSupervised: boolean;
}

interface Serving {
  readonly server: ParlorServer;
  readonly dir: string;
  readonly reports: LastReport;
  readonly watch: boolean;
}

// A supervisor that was killed leaves a server that frees the port when it has noticed.
async function start(parts: Start, terminal: Terminal): Promise<ParlorServer> {
  const end = performance.now() + (parts.isSupervised ? PORT_WAIT : 0);
  for (;;) {
    try {
      return await startOnce(parts, terminal);
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

async function startOnce({ dir, options, reports }: Start, terminal: Terminal): Promise<ParlorServer> {
  try {
    return await serve({
      dir,
      ...options,
      logsProblems: false,
      ...(terminal.interactive && { log: humanLog(terminal) }),
      onReload: (report) => {
        reports.set(report);
        printFound(terminal, dir, report);
      },
    });
  } catch (error) {
    throw error instanceof ParlorError && error.code === "PARLOR_APP_EMPTY" ? emptyFolder(dir) : error;
  }
}

async function untilStopped(
  serving: Serving,
  { signals, terminal }: { readonly signals: ServerSignals; readonly terminal: Terminal },
): Promise<number> {
  const { server } = serving;
  const control = await controlOf(serving, terminal);
  printServing(serving, terminal);
  // From the stop on, the exit guard ends a process that does not end. Under dev, a debugger may come at any time.
  const unguard = serving.watch ? () => undefined : killWhenStuck(lastLine(terminal));
  signals.reloadsBy(() => void server.reload());
  await signals.stopped;
  unguard();
  mustEndWithin(server.shutdownGrace + END_TIME);
  if (terminal.interactive) terminal.err("shutting down (press Ctrl-C again to force)");
  control?.close();
  await server.close();
  return 0;
}

function lastLine({ interactive }: Terminal): (code: string, text: string) => string {
  return (code, msg) => (interactive ? `parlor: ${msg}` : JSON.stringify({ level: 50, code, msg }));
}

/** This long after the grace the process has ended, ms. */
const END_TIME = 900;

function printServing({ server, dir, watch }: Serving, terminal: Terminal): void {
  terminal.out(`parlor ${packageVersion()}  ${terminal.style("dim", dir)}`);
  terminal.out("");
  printRoutes(terminal, server.routes);
  terminal.out("");
  printFound(terminal, dir, { problems: server.problems, warnings: watch ? server.warnings : [] });
  terminal.out(`open ${terminal.style("bold", server.url)}`);
}

type Found = Pick<ReloadReport, "problems" | "warnings">;

function printFound(terminal: Terminal, dir: string, { problems, warnings }: Found): void {
  printProblems(terminal.out, terminal, { dir, problems, label: "error" });
  printProblems(terminal.out, terminal, { dir, problems: warnings, label: "warn" });
}

// Without the control socket the app is served all the same; only run, reload and top cannot reach it.
async function controlOf(
  { server, dir, reports }: Serving,
  terminal: Terminal,
): Promise<ControlServer | null> {
  try {
    return await openControl(dir, controlledServer(server, dir, reports));
  } catch (error) {
    const reason =
      error instanceof UsageError
        ? error.message
        : `parlor run, reload and top cannot reach this server: ${firstLineOf(error)}`;
    terminal.err(`${terminal.style("yellow", "warn")}  ${reason}`);
    return null;
  }
}
