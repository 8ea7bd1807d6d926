// CLI: every command and option, with its help. A command's own files are loaded only when it runs.
import { Command, InvalidArgumentError } from "commander";
import type { HelpConfiguration } from "commander";
import { packageVersion } from "./common/package.ts";
import type { EarlySignals } from "./lifetime/early-signals.ts";
import { printFailure } from "./print/failure.ts";
import type { Terminal } from "./print/terminal.ts";
import { usageLine } from "./usage-line.ts";

/** Defines the command line. Each command calls `done` with its exit code. */
export function createProgram({ terminal, early, done }: CommandLineParts): Command {
  const program = new Command("parlor")
    .description("A scriptable WebSocket application server: a script in a folder is a live route.")
    .usage("<command> [options]")
    .version(packageVersion(), "-v, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand(false)
    .exitOverride()
    .configureHelp(helpStyle(terminal))
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      getOutHasColors: () => terminal.interactive,
      getErrHasColors: () => terminal.interactive,
      outputError: (text) => printFailure(terminal, new Error(usageLine(text))),
    })
    .addHelpText("after", "\nRun parlor <command> --help for details.");
  const serving = { terminal, early };
  addServe(program, serving, done);
  addDev(program, serving, done);
  for (const add of [addCheck, addRoutes, addNew, addRun, addReload, addTop]) add(program, terminal, done);
  return program;
}

/** Where a command prints, which signals came before it ran, and where its exit code goes. */
export interface CommandLineParts extends ServingParts {
  readonly done: Done;
}

interface ServingParts {
  readonly terminal: Terminal;
  readonly early: EarlySignals;
}

type Done = (code: number) => void;

interface Address {
  port?: number;
  host?: string;
}

function helpStyle(terminal: Terminal): HelpConfiguration {
  const cyan = (text: string): string => terminal.style("cyan", text);
  return {
    styleTitle: (text) => terminal.style("bold", text),
    styleCommandText: cyan,
    styleSubcommandText: cyan,
    styleOptionText: cyan,
    ...(terminal.columns !== null && { helpWidth: terminal.columns }),
  };
}

function addServe(program: Command, parts: ServingParts, done: Done): void {
  withAddress(program.command("serve"))
    .summary("serve an app")
    .description(
      "Serves an app until Ctrl-C. Prints a table of its routes, a line for each problem, and the address to open.",
    )
    .option("--supervise", "serve in a separate process, and restart it when it crashes")
    .action(async (dir: string, { supervise = false, ...address }: Address & { supervise?: boolean }) => {
      if (supervise) return done(await superviseServer(dir, address, parts));
      const { serveApp } = await import("./commands/serve.ts");
      done(await serveApp(dir, { ...address, watch: false }, parts));
    });
}

function addDev(program: Command, parts: ServingParts, done: Done): void {
  withAddress(program.command("dev"))
    .summary("serve an app, and reload scripts when they are saved")
    .description(
      "Serves an app and reloads a script when its file is saved. Prints a line for each reload and each problem.\n" +
        "Connections stay open.",
    )
    .action(async (dir: string, address: Address) => {
      const { serveApp } = await import("./commands/serve.ts");
      done(await serveApp(dir, { ...address, watch: true }, parts));
    });
}

function withAddress(command: Command): Command {
  return withFolder(command)
    .option(
      "--port <number>",
      "the port, or 0 for any free port (default: the config's, or 8080)",
      portNumber,
    )
    .option("--host <address>", "the address to listen on (default: the config's, or 127.0.0.1)");
}

function withFolder(command: Command): Command {
  return command.argument("[dir]", "the app's folder", ".");
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError(
    /^\d+$/.test(text)
      ? `port ${text} is out of range (0–65535)`
      : `port "${text}" is not a number; use 0 to 65535`,
  );
}

async function superviseServer(dir: string, { port, host }: Address, parts: ServingParts): Promise<number> {
  const { supervise } = await import("./commands/supervise.ts");
  const options = [...(port === undefined ? [] : ["--port", String(port)])];
  return await supervise([dir, ...options, ...(host === undefined ? [] : ["--host", host])], parts);
}

function addCheck(program: Command, terminal: Terminal, done: Done): void {
  withFolder(program.command("check"))
    .summary("find problems without serving")
    .description(
      "Finds problems that would keep an app from being served, and likely mistakes.\nExits with 1 if there is a problem.",
    )
    .option("--json", "print JSON for other programs")
    .action(async (dir: string, { json = false }: { json?: boolean }) => {
      const { check } = await import("./commands/check.ts");
      done(await check(dir, { json }, terminal));
    });
}

function addRoutes(program: Command, terminal: Terminal, done: Done): void {
  withFolder(program.command("routes"))
    .summary("print the routes of an app")
    .description("Prints the table of routes that an app would serve, without serving it.")
    .option("--json", "print JSON for other programs")
    .action(async (dir: string, { json = false }: { json?: boolean }) => {
      const { routes } = await import("./commands/routes.ts");
      done(await routes(dir, { json }, terminal));
    });
}

function addNew(program: Command, terminal: Terminal, done: Done): void {
  program
    .command("new")
    .summary("create a small app")
    .description("Creates a small app in a new folder. It needs no network.")
    .argument("<name>", "the name of the app and of its folder")
    .action(async (name: string) => {
      const { newApp } = await import("./commands/new.ts");
      done(await newApp(name, terminal));
    });
}

function addRun(program: Command, terminal: Terminal, done: Done): void {
  program
    .command("run")
    .summary("run a task in the running server")
    .description(
      "Runs tasks/<task>, or a module of dirigible/, inside the server that serves the app, and shows what it logs.\n" +
        "Exits with 0 if the task succeeded, and with 1 if it failed. Ctrl-C stops the task.",
    )
    .argument("<task>", "the task's file name without its extension, or a module's path in dirigible/")
    .option("--dir <dir>", "the app's folder", ".")
    .action(async (task: string, { dir }: { dir: string }) => {
      const { runTask } = await import("./commands/run.ts");
      done(await runTask(task, dir, terminal));
    });
}

function addReload(program: Command, terminal: Terminal, done: Done): void {
  program
    .command("reload")
    .summary("reload the app of the running server")
    .description(
      "Makes the server that serves the app reload it, or only one route of it. Connections stay open.\n" +
        "A route given by name is restarted even if its code has not changed.",
    )
    .argument("[route]", "a route or a script's name, as in /ws/chat or ws/chat.ts (default: the whole app)")
    .option("--dir <dir>", "the app's folder", ".")
    .action(async (route: string | undefined, { dir }: { dir: string }) => {
      const { reload } = await import("./commands/reload.ts");
      done(await reload(route ?? null, dir, terminal));
    });
}

function addTop(program: Command, terminal: Terminal, done: Done): void {
  withFolder(program.command("top"))
    .summary("watch the running server")
    .description(
      "Shows traffic, ticks and restarts of the running server's scripts, once a second, until Ctrl-C.",
    )
    .option("--json", "print JSON for other programs, once")
    .action(async (dir: string, { json = false }: { json?: boolean }) => {
      const { top } = await import("./commands/top.ts");
      done(await top(dir, { json }, terminal));
    });
}
