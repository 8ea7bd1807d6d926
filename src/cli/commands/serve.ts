import { formatProblem, serve } from "../../server/serve.ts";
import type { AppProblem, ParlorServer } from "../../server/serve.ts";
import { ParlorError } from "../../boundary/errors.ts";
import { emptyFolder, refuseNoFolder } from "../app-folder.ts";
import { openControl } from "../control/control-server.ts";
import type { ControlServer } from "../control/control-server.ts";
import { messageOf } from "../failure.ts";
import { humanLog } from "../print/human-log.ts";
import { packageVersion } from "../package.ts";
import { printProblems, printRoutes } from "../print/print-routes.ts";
import { stopRequest } from "../stop-request.ts";
import type { StopRequest } from "../stop-request.ts";
import type { Terminal } from "../print/terminal.ts";

/** What `parlor serve` and `parlor dev` take. What is not given is the config's to say, or its default. */
export interface ServeOptions {
  readonly port?: number;
  readonly host?: string;
  /** Serve each script anew when a file of the app is saved. */
  readonly watch: boolean;
}

interface Serving {
  readonly server: ParlorServer;
  readonly dir: string;
  readonly stop: StopRequest;
  readonly watch: boolean;
}

/** `parlor serve` and `parlor dev`: serves an app until a signal asks to stop. */
export async function serveApp(dir: string, options: ServeOptions, terminal: Terminal): Promise<number> {
  await refuseNoFolder(dir);
  // Where no terminal can be closed, SIGHUP is the old way to ask for a reload.
  const stop = terminal.interactive ? stopRequest() : stopRequest(undefined, ["SIGINT", "SIGTERM"]);
  try {
    const server = await start(dir, options, terminal);
    await refuseWrongConfig(server);
    return await untilStopped({ server, dir, stop, watch: options.watch }, terminal);
  } finally {
    stop.dispose();
  }
}

async function start(dir: string, options: ServeOptions, terminal: Terminal): Promise<ParlorServer> {
  try {
    return await serve({
      dir,
      ...options,
      logsProblems: false,
      ...(terminal.interactive && { log: humanLog(terminal) }),
      onReload: ({ problems, warnings }) => printFound(terminal, dir, { problems, warnings }),
    });
  } catch (error) {
    throw error instanceof ParlorError && error.code === "PARLOR_APP_EMPTY" ? emptyFolder(dir) : error;
  }
}

// A server that went on with defaults could listen where it was told not to, or let in whom it was told to refuse.
async function refuseWrongConfig(server: ParlorServer): Promise<void> {
  const wrong = server.problems.filter(({ file }) => file.startsWith("parlor.config."));
  if (wrong.length === 0) return;
  await server.close();
  throw new ParlorError("PARLOR_OPTION", wrong.map(configLine).join("\n"));
}

function configLine(problem: AppProblem): string {
  return problem.message.startsWith(problem.file) ? problem.message : formatProblem(problem);
}

async function untilStopped(serving: Serving, terminal: Terminal): Promise<number> {
  const { server, stop } = serving;
  const control = await controlOf(serving, terminal);
  printServing(serving, terminal);
  const onHangup = (): void => void server.reload();
  if (!terminal.interactive) process.on("SIGHUP", onHangup);
  await stop.requested;
  process.off("SIGHUP", onHangup);
  if (terminal.interactive) terminal.err("closing (once more to end at once)");
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

function printFound(
  terminal: Terminal,
  dir: string,
  {
    problems,
    warnings,
  }: { readonly problems: readonly AppProblem[]; readonly warnings: readonly AppProblem[] },
): void {
  printProblems(terminal.out, terminal, { dir, problems, label: "error" });
  printProblems(terminal.out, terminal, { dir, problems: warnings, label: "warn" });
}

// Serving goes on without it: only the commands that speak to a running server need it.
async function controlOf({ server, dir }: Serving, terminal: Terminal): Promise<ControlServer | null> {
  try {
    return await openControl(dir, server);
  } catch (error) {
    terminal.err(
      `${terminal.style("yellow", "warn")}  parlor run, reload and top cannot reach this server: ${messageOf(error)}`,
    );
    return null;
  }
}
