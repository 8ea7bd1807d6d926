import { Command, CommanderError, InvalidArgumentError } from "commander";
import { existsSync } from "node:fs";
import { printFailure } from "./failure.ts";
import { packageVersion } from "./package.ts";
import { processTerminal } from "./print/terminal.ts";
import type { Terminal } from "./print/terminal.ts";

/** Runs the command line and gives the exit code. A command's own files are loaded when it is the one that is asked for. */
export async function main(args: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  let code = 0;
  const program = createProgram(terminal, (result) => (code = result));
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    printFailure(terminal, error);
    return 1;
  }
}

/** Every command and option there is, so that the help and the docs can be held against it. */
export function createProgram(terminal: Terminal, done: (code: number) => void): Command {
  const program = new Command("parlor")
    .description("A scriptable WebSocket application server: a script in a folder is a live route.")
    .usage("<command> [options]")
    .version(packageVersion(), "-v, --version", "print the version")
    .helpOption("-h, --help", "say what can be done")
    .helpCommand(false)
    .exitOverride()
    .configureHelp({
      styleTitle: (text) => terminal.style("bold", text),
      styleCommandText: (text) => terminal.style("cyan", text),
      styleSubcommandText: (text) => terminal.style("cyan", text),
      styleOptionText: (text) => terminal.style("cyan", text),
      ...(terminal.columns !== null && { helpWidth: terminal.columns }),
    })
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      getOutHasColors: () => terminal.interactive,
      getErrHasColors: () => terminal.interactive,
      outputError: (text) => printFailure(terminal, new Error(usageLine(text))),
    })
    .addHelpText("after", "\nparlor <command> --help says more about one of them.");
  addServing(program, terminal, done);
  addChecking(program, terminal, done);
  addNew(program, terminal, done);
  addRun(program, terminal, done);
  addWatching(program, terminal, done);
  return program;
}

type Done = (code: number) => void;
interface Address {
  port?: number;
  host?: string;
}

function addServing(program: Command, terminal: Terminal, done: Done): void {
  const serving = (name: string, summary: string, watch: boolean): Command =>
    program
      .command(name)
      .summary(summary)
      .argument("[dir]", "the app's folder", ".")
      .option(
        "--port <number>",
        "the port, 0 for any that is free (default: the config's, or 8080)",
        portNumber,
      )
      .option("--host <address>", "the address to listen on (default: the config's, or 127.0.0.1)")
      .action(async (dir: string, { supervise, ...address }: Address & { supervise?: boolean }) => {
        if (supervise === true) return done(await superviseServer(dir, address, terminal));
        const { serveApp } = await import("./commands/serve.ts");
        done(await serveApp(dir, { ...address, watch }, terminal));
      });
  serving("serve", "serve an app", false)
    .description(
      "Serves an app until Ctrl-C: a table of what is served, a line for each problem, and the address to open.",
    )
    .option("--supervise", "serve in a process that is started again when it dies", false);
  serving("dev", "serve an app, and reload what is saved", true).description(
    "Serves an app and loads a script anew when its file is saved, with a line for what was reloaded or what is wrong in it.\n" +
      "Every connection stays.",
  );
}

async function superviseServer(dir: string, { port, host }: Address, terminal: Terminal): Promise<number> {
  const { supervise } = await import("./commands/supervise.ts");
  const options = [...(port === undefined ? [] : ["--port", String(port)])];
  return await supervise([dir, ...options, ...(host === undefined ? [] : ["--host", host])], terminal);
}

function addChecking(program: Command, terminal: Terminal, done: Done): void {
  program
    .command("check")
    .summary("look for problems without serving")
    .description(
      "Looks for what keeps an app from being served, and for what is likely not meant so.\nExits with 1 when there is a problem.",
    )
    .argument("[dir]", "the app's folder", ".")
    .option("--json", "print JSON for other programs", false)
    .action(async (dir: string, options: { json: boolean }) => {
      const { check } = await import("./commands/check.ts");
      done(await check(dir, options, terminal));
    });
  program
    .command("routes")
    .summary("print what an app would serve")
    .description("Prints the table of what an app would serve, without serving it.")
    .argument("[dir]", "the app's folder", ".")
    .option("--json", "print JSON for other programs", false)
    .action(async (dir: string, options: { json: boolean }) => {
      const { routes } = await import("./commands/routes.ts");
      done(await routes(dir, options, terminal));
    });
}

function addNew(program: Command, terminal: Terminal, done: Done): void {
  program
    .command("new")
    .summary("make a small app to start from")
    .description("Makes a small app in a new folder. It needs no network.")
    .argument("<name>", "the app's name, and its folder's")
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
        "Exits with 0 when the task has done its work, with 1 when it failed. Ctrl-C ends the task.",
    )
    .argument("<task>", "the task's name: its file's, without the ending; or a module's path in dirigible/")
    .option("--dir <dir>", "the app's folder", ".")
    .action(async (task: string, { dir }: { dir: string }) => {
      const { runTask } = await import("./commands/run.ts");
      done(await runTask(task, dir, terminal));
    });
}

function addWatching(program: Command, terminal: Terminal, done: Done): void {
  program
    .command("reload")
    .summary("load the running server's app anew")
    .description(
      "Makes the server that serves the app load it anew, or only one route of it. Every connection stays.\n" +
        "A route that is named begins anew also when its code has not changed.",
    )
    .argument("[route]", "a route or a script's name, as in /ws/chat or ws/chat.ts (default: the whole app)")
    .option("--dir <dir>", "the app's folder", ".")
    .action(async (route: string | undefined, { dir }: { dir: string }) => {
      const { reload } = await import("./commands/reload.ts");
      done(await reload(route ?? null, dir, terminal));
    });
  program
    .command("top")
    .summary("watch the running server")
    .description("Shows how the scripts of the running server are doing, once a second, until Ctrl-C.")
    .argument("[dir]", "the app's folder", ".")
    .option("--json", "print JSON for other programs, once", false)
    .action(async (dir: string, options: { json: boolean }) => {
      const { top } = await import("./commands/top.ts");
      done(await top(dir, options, terminal));
    });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a whole number from 0 to 65535.");
}

/** Commander's message as one line: what is wrong, then the nearest right name or where to look. */
function usageLine(message: string): string {
  const [wrong = "", hint = ""] = message
    .trim()
    .replace(/^error: /, "")
    .split("\n");
  const meant = /^\(Did you mean (.*)\?\)$/.exec(hint)?.[1];
  if (meant !== undefined) return `${wrong}: did you mean ${meant}?`;
  const folder = /^unknown command '(.*)'$/.exec(wrong)?.[1];
  if (folder !== undefined && existsSync(folder)) return `${wrong}: did you mean parlor serve ${folder}?`;
  return `${wrong.replace(/\.$/, "")}: see parlor --help`;
}
