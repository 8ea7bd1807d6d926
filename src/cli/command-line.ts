// CLI: every command and option, with its help. A command's own files are loaded only when it runs.
import { Command, InvalidArgumentError, Option } from "commander";
import type { HelpConfiguration } from "commander";
import { packageVersion } from "./common/package.ts";
import { templateProblem, type TemplateName } from "./common/templates.ts";
import { addNodes, addReload, addRun, addTop } from "./running-commands.ts";
import type { EarlySignals } from "./lifetime/early-signals.ts";
import type { LogFormat } from "./print/serve-log.ts";
import { addContracts } from "./contract-commands.ts";
import { printFailure } from "./print/failure.ts";
import type { Terminal } from "./print/terminal.ts";
import { withFolder } from "./with-folder.ts";
import { usageLine } from "./usage-line.ts";

/** Defines the command line. Each command calls `done` with its exit code. */
export function createProgram({ terminal, early, done }: CommandLineParts): Command {
  const program = new Command("parlor")
    .description("A scriptable WebSocket application server: a script in a folder is a live route.")
    .usage("<command> [options]")
    .version(packageVersion(), "-v, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    // Only its line in the help: `main` makes options of it.
    .helpCommand("help [command]", "show the help of a command")
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureHelp(helpStyle(terminal))
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      getOutHasColors: () => terminal.interactive,
      getErrHasColors: () => terminal.interactive,
      outputError: (text) => printFailure(terminal, new Error(usageLine(text, program))),
    })
    .addHelpText("after", "\nRun parlor <command> --help for details.");
  for (const add of [addServe, addDev]) add(program, { terminal, early }, done);
  for (const add of [addCheck, addRoutes, addContracts, addNew, addRun, addRing, addReload, addTop, addNodes])
    add(program, terminal, done);
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

interface ServeOptions {
  port?: number;
  host?: string;
  key?: string;
  cert?: string;
  cluster?: string;
  fronts?: number;
  log?: LogFormat;
}

function helpStyle(terminal: Terminal): HelpConfiguration {
  const cyan = (text: string): string => terminal.style("cyan", text);
  return {
    styleTitle: (text) => terminal.style("bold", text),
    styleCommandText: cyan,
    styleSubcommandText: cyan,
    styleOptionText: cyan,
    minWidthToWrap: 20,
    ...(terminal.columns !== null && { helpWidth: terminal.columns }),
  };
}

function addServe(program: Command, parts: ServingParts, done: Done): void {
  withServeOptions(program.command("serve"))
    .summary("serve an app")
    .description(
      "Serves an app until Ctrl-C. Prints a table of its routes, a line for each problem, and the address to open.",
    )
    .option("--supervise", "serve in a separate process, and restart it when it crashes")
    .option(
      "--fronts <number>",
      "serve by this many processes on one port (default: the config's, or 1)",
      frontCount,
    )
    .action(
      async (dir: string, { supervise = false, ...options }: ServeOptions & { supervise?: boolean }) => {
        const { isFront } = await import("./fronts/is-front.ts");
        const isMany = (options.fronts ?? 1) > 1 && !isFront();
        if (supervise || isMany) return done(await superviseServers(dir, options, parts));
        const { serveApp } = await import("./commands/serve.ts");
        done(await serveApp(dir, { ...options, watch: false }, parts));
      },
    );
}

function addDev(program: Command, parts: ServingParts, done: Done): void {
  withServeOptions(program.command("dev"))
    .summary("serve an app, and reload scripts when they are saved")
    .description(
      "Serves an app and reloads a script when its file is saved. Prints a line for each reload and each problem.\n" +
        "Connections stay open.",
    )
    .action(async (dir: string, options: ServeOptions) => {
      const { serveApp } = await import("./commands/serve.ts");
      done(await serveApp(dir, { ...options, watch: true }, parts));
    });
}

function withServeOptions(command: Command): Command {
  return withFolder(command)
    .option(
      "--port <number>",
      "the port, or 0 for any free port (default: the config's, or 8080)",
      portNumber,
    )
    .option("--host <address>", "the address to listen on (default: the config's, or 127.0.0.1)")
    .option(
      "--key <file>",
      "the private key, in PEM; with --cert, the port speaks TLS (default: the config's)",
    )
    .option("--cert <file>", "the certificate and its issuers, in PEM (default: the config's)")
    .addOption(
      new Option("--cluster <url>", "join the cluster by this server, redis://… or nats://…").env(
        "PARLOR_CLUSTER",
      ),
    )
    .addOption(
      new Option(
        "--log <format>",
        "pretty or json (default: the config's, or pretty in a terminal)",
      ).argParser(logFormat),
    );
}

function logFormat(text: string): LogFormat {
  if (text === "pretty" || text === "json") return text;
  throw new InvalidArgumentError(`there is no log format "${text}"; use pretty or json`);
}

function frontCount(text: string): number {
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 64) return Number(text);
  throw new InvalidArgumentError(`"${text}" is not a number of processes; use 1 to 64`);
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

async function superviseServers(
  dir: string,
  { fronts = 1, ...options }: ServeOptions,
  parts: ServingParts,
): Promise<number> {
  const { supervise } = await import("./commands/supervise.ts");
  const { serverArguments } = await import("./fronts/server-arguments.ts");
  const { ServeLog } = await import("./print/serve-log.ts");
  const rest = { log: new ServeLog(parts.terminal, options.log), fronts };
  return await supervise([dir, ...serverArguments(options)], { ...parts, ...rest });
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
    .description("Creates a small app in a new or empty folder. It needs no network.")
    .argument("<name>", "the app's folder, which gives it its name; . for the current folder")
    .option("--template <name>", "app, or bolt-ring for a program in Ring", templateNamed, "app")
    .action(async (name: string, { template }: { template: TemplateName }) => {
      const { newApp } = await import("./commands/new.ts");
      done(await newApp(name, template, terminal));
    });
}

function templateNamed(text: string): TemplateName {
  const problem = templateProblem(text);
  if (problem !== null) throw new InvalidArgumentError(problem);
  return text as TemplateName;
}

function addRing(program: Command, terminal: Terminal, done: Done): void {
  program
    .command("ring")
    .summary("run a program in Ring that serves nothing")
    .description(
      "Runs a program in Ring and prints its output, byte for byte. Its files are those of the folder that it is in.\n" +
        "Exits with 1 if it does not load, or ends with an error. Ctrl-C ends it.",
    )
    .argument("<file>", "the program, a file that ends in .ring")
    .argument("[args...]", "what the program finds in sysargv, from its third item on")
    .action(async (file: string, args: string[]) => {
      const { ring } = await import("./commands/ring.ts");
      done(await ring(file, args, terminal));
    });
}
