// CLI: `parlor serve` and `parlor dev`, which serve an app until a signal.
import { serve } from "../../server/serve.ts";
import type { ParlorServer, ReloadReport } from "../../server/serve.ts";
import { ParlorError } from "../../boundary/errors.ts";
import { emptyFolder, refuseNoFolder } from "../common/app-folder.ts";
import { packageVersion } from "../common/package.ts";
import { stopRequest } from "../common/stop-request.ts";
import type { StopRequest } from "../common/stop-request.ts";
import { openControl } from "../control/control-server.ts";
import type { ControlServer } from "../control/control-server.ts";
import { controlledServer } from "../control/controlled-server.ts";
import { LastReport } from "../control/last-report.ts";
import { firstLineOf, UsageError } from "../print/failure.ts";
import { humanLog } from "../print/human-log.ts";
import { printProblems } from "../print/print-problems.ts";
import { printRoutes } from "../print/print-routes.ts";
import type { Terminal } from "../print/terminal.ts";

/** Serves an app until a signal asks to stop. An option that is not given is the config's, or has its default. */
export async function serveApp(
  dir: string,
  options: ServeCommandOptions,
  terminal: Terminal,
): Promise<number> {
  await refuseNoFolder(dir);
  // A service has no terminal that can close, so SIGHUP asks it to reload.
  const stop = terminal.interactive ? stopRequest() : stopRequest(undefined, ["SIGINT", "SIGTERM"]);
  const reports = new LastReport();
  try {
    const server = await start({ dir, options, reports }, terminal);
    return await untilStopped({ server, dir, reports, watch: options.watch }, { stop, terminal });
  } finally {
    stop.dispose();
  }
}

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
}

interface Serving {
  readonly server: ParlorServer;
  readonly dir: string;
  readonly reports: LastReport;
  readonly watch: boolean;
}

async function start({ dir, options, reports }: Start, terminal: Terminal): Promise<ParlorServer> {
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
  { stop, terminal }: { readonly stop: StopRequest; readonly terminal: Terminal },
): Promise<number> {
  const { server } = serving;
  const control = await controlOf(serving, terminal);
  printServing(serving, terminal);
  const onHangup = (): void => void server.reload();
  if (!terminal.interactive) process.on("SIGHUP", onHangup);
  await stop.requested;
  process.off("SIGHUP", onHangup);
  if (terminal.interactive) terminal.err("shutting down (press Ctrl-C again to force)");
  control?.close();
  await server.close();
  return 0;
}

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
