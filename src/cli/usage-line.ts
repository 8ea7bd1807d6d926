// CLI: a mistyped command line, explained in one line.
import { existsSync, readdirSync } from "node:fs";
import type { Command } from "commander";
import { nearest } from "../boundary/text/nearest.ts";

/** Commander's message as one line: what is wrong, then the nearest correct name, an example, or where to look. */
export function usageLine(message: string, program: Command): string {
  const [problem = ""] = message
    .trim()
    .replace(/^error: /, "")
    .split("\n");
  const command = /^unknown command '(.*)'$/.exec(problem)?.[1];
  if (command !== undefined) return `${problem}; ${commandHint(command, program)}`;
  const option = /^unknown option '(.*)'$/.exec(problem)?.[1];
  if (option !== undefined) return `${problem}; ${optionHint(option, program)}`;
  const argument = /^missing required argument '(.*)'$/.exec(problem)?.[1];
  if (argument !== undefined) return `${problem}; ${argumentHint(argument)}`;
  const details = /^option '.*' argument '.*' is invalid\. (.*)$/.exec(problem)?.[1];
  if (details !== undefined) return details;
  const [, crowded, expected] = /^too many arguments for '(\w+)'\. Expected (\d+)/.exec(problem) ?? [];
  if (crowded === undefined) return `${problem.replace(/\.$/, "")}; see parlor --help`;
  return `too many arguments for '${crowded}': ${surplusHint(program, crowded, Number(expected))}`;
}

/** What other tools call a command. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    serve: ["start", "server", "up", "listen", "host", "open"],
    dev: ["watch", "develop", "development"],
    check: ["lint", "test", "validate", "verify", "doctor", "types"],
    routes: ["list", "ls", "show"],
    new: ["init", "create", "generate", "scaffold", "add"],
    run: ["task", "exec", "call"],
    reload: ["restart", "refresh", "update", "deploy"],
    top: ["status", "ps", "stats", "monitor", "health"],
  }).flatMap(([name, others]) => others.map((other) => [other, name] as const)),
);

/** Commands that are not needed, and why. */
const NOT_NEEDED: ReadonlyMap<string, string> = new Map([
  ["stop", "press Ctrl-C in the server's terminal, or send it SIGTERM"],
  ["kill", "press Ctrl-C in the server's terminal, or send it SIGTERM"],
  ["build", "scripts need no build; parlor serve reads them as they are"],
  ["logs", "the log is on the standard error stream of parlor serve"],
  ["install", "packages are installed with npm install in the app's folder"],
]);

function commandHint(name: string, { commands }: Command): string {
  const why = NOT_NEEDED.get(name);
  if (why !== undefined) return why;
  const known = commands.map((command) => command.name());
  const meant = OTHER_NAMES.get(name.toLowerCase()) ?? nearest(name, [...known, "help"]);
  if (meant !== null) return `did you mean ${meant}?`;
  return existsSync(name) ? `did you mean parlor serve ${name}?` : "see parlor --help";
}

/** What other tools call an option. */
const OTHER_OPTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "--port": ["-p", "-P"],
    "--host": ["-H", "--hostname", "--address", "--bind", "--listen", "--ip"],
    "--dir": ["-d", "-C", "--cwd", "--root", "--folder", "--directory", "--path", "--app"],
    "--cert": ["--certificate", "--crt", "--ssl-cert", "--tls-cert", "--https-cert", "--certfile"],
    "--key": ["--private-key", "--ssl-key", "--tls-key", "--https-key", "--keyfile"],
    "--template": ["-t"],
    "--json": ["-j"],
    "--help": ["-?", "-help"],
    "--version": ["-V", "-version"],
  }).flatMap(([name, others]) => others.map((other) => [other, name] as const)),
);

function optionHint(given: string, program: Command): string {
  const name = given.replace(/=.*$/, "");
  const command = usedCommand(program);
  const known = ["--help", ...(command ?? program).options.flatMap(({ long }) => long ?? [])];
  const meant = OTHER_OPTIONS.get(name) ?? (name === "--dir" ? name : nearest(name, known));
  if (meant === "--dir" && command !== null && !known.includes("--dir") && takesFolder(command))
    return `give the folder without an option: parlor ${command.name()} DIR`;
  if (/^(?:-w|--watch)$/.test(name) && command?.name() === "serve")
    return "parlor dev reloads scripts that are saved";
  if (/^--(?:https|tls|ssl|secure)$/.test(name))
    return "TLS needs --key and --cert, as in: --key key.pem --cert cert.pem";
  if (/^(?:-c|--config)$/.test(name)) return "options are in parlor.config.ts in the app's folder";
  if (meant !== null && known.includes(meant)) return `did you mean ${meant}?`;
  if (command !== null) return `see parlor ${command.name()} --help`;
  const all = new Set(program.commands.flatMap(({ options }) => options.flatMap(({ long }) => long ?? [])));
  const ofCommand = meant !== null && all.has(meant) ? meant : nearest(name, all);
  const owner = program.commands.find(({ options }) => options.some(({ long }) => long === ofCommand));
  return owner === undefined
    ? "see parlor --help"
    : `options follow the command: parlor ${owner.name()} ${ofCommand ?? name}`;
}

function usedCommand(program: Command): Command | null {
  return program.commands.find((command) => program.args[0] === command.name()) ?? null;
}

function takesFolder({ registeredArguments }: Command): boolean {
  return registeredArguments.some((argument) => argument.name() === "dir");
}

function argumentHint(name: string): string {
  if (name === "name") return "name the app, as in: parlor new my-app";
  if (name === "file") return "name the program, as in: parlor ring hello.ring";
  const [first = null, ...others] = tasksHere();
  if (first === null) return "name the task, as in: parlor run NAME";
  const all = others.length === 0 ? "" : `; there are: ${[first, ...others].join(", ")}`;
  return `name the task, as in: parlor run ${first}${all}`;
}

function tasksHere(): string[] {
  try {
    const names = readdirSync("tasks").filter((name) => /^[^_.].*\.(?:ts|mts|js|mjs)$/.test(name));
    return names.map((name) => name.replace(/\.\w+$/, "")).sort();
  } catch {
    return []; // not the folder of an app with tasks
  }
}

function surplusHint(program: Command, name: string, expected: number): string {
  const surplus = program.args[expected + 1] ?? "";
  if (/^\d+$/.test(surplus) && /^(?:serve|dev)$/.test(name)) return `did you mean --port ${surplus}?`;
  const hint = expected === 1 ? "it takes one" : `it takes ${expected === 0 ? "none" : String(expected)}`;
  return `${hint}; see parlor ${name} --help`;
}
