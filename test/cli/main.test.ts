import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { createProgram } from "../../src/cli/command-line.ts";
import { NO_EARLY_SIGNALS } from "../../src/cli/lifetime/early-signals.ts";
import { main } from "../../src/cli/main.ts";
import { recordingTerminal } from "./support/recording-terminal.ts";

const root = resolve(import.meta.dirname, "../..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

async function run(...args: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const terminal = recordingTerminal();
  const code = await main(args, terminal);
  return { code, out: terminal.outLines, err: terminal.errLines };
}

describe("a mistyped command line gets one line and exit code 1", () => {
  test.each([
    [["sreve"], "parlor: unknown command 'sreve'; did you mean serve?"],
    [["xyzzy"], "parlor: unknown command 'xyzzy'; see parlor --help"],
    [["serve", "--prot", "3"], "parlor: unknown option '--prot'; did you mean --port?"],
    [["--versoin"], "parlor: unknown option '--versoin'; did you mean --version?"],
    [["run", "x", "--zzz"], "parlor: unknown option '--zzz'; see parlor run --help"],
    [["serve", "--port"], "parlor: option '--port <number>' argument missing; see parlor --help"],
    [["new"], "parlor: missing required argument 'name'; name the app, as in: parlor new my-app"],
    [["new", "a", "--template", "rign"], 'parlor: there is no template "rign"; use app or bolt-ring'],
    [["ring"], "parlor: missing required argument 'file'; name the program, as in: parlor ring hello.ring"],
    [["run"], "parlor: missing required argument 'task'; name the task, as in: parlor run NAME"],
    [["check", "a", "b"], "parlor: too many arguments for 'check': it takes one; see parlor check --help"],
    [["serve", ".", "3000"], "parlor: too many arguments for 'serve': did you mean --port 3000?"],
    [["serve", "3000"], "parlor: 3000 is not a folder; did you mean --port 3000?"],
    [["start"], "parlor: unknown command 'start'; did you mean serve?"],
    [["init"], "parlor: unknown command 'init'; did you mean new?"],
    [["help", "nwe"], "parlor: unknown command 'nwe'; did you mean new?"],
    [["stop"], "parlor: unknown command 'stop'; press Ctrl-C in the server's terminal, or send it SIGTERM"],
    [["dev", "-p", "80"], "parlor: unknown option '-p'; did you mean --port?"],
    [["--prot", "3"], "parlor: unknown option '--prot'; options follow the command: parlor serve --port"],
    [
      ["check", "--dir", "x"],
      "parlor: unknown option '--dir'; give the folder without an option: parlor check DIR",
    ],
    [["serve", "--watch"], "parlor: unknown option '--watch'; parlor dev reloads scripts that are saved"],
    [[root], `parlor: unknown command '${root}'; did you mean parlor serve ${root}?`],
  ])("%j", async (args, line) => {
    expect(await run(...args)).toEqual({ code: 1, out: [], err: [line] });
  });

  test.each(["abc", "-1", "65536", "1.5", "0x10", "", " 80", "1e3"])("--port=%s", async (port) => {
    const { code, err } = await run("serve", `--port=${port}`);
    expect({ code, lines: err.length }).toEqual({ code: 1, lines: 1 });
    expect(err[0]).toBe(
      port === "65536"
        ? "parlor: port 65536 is out of range (0–65535)"
        : `parlor: port "${port}" is not a number; use 0 to 65535`,
    );
  });

  test("parlor run refuses a folder that does not exist", async () => {
    const { code, err } = await run("run", "x", "--dir", "/nowhere/at/all");
    expect({ code, err }).toEqual({
      code: 1,
      err: [
        "parlor: /nowhere/at/all: the app folder does not exist; check the path, or create an app with: parlor new NAME [PARLOR_APP_MISSING]",
      ],
    });
  });

  test("parlor run refuses a file in place of a folder", async () => {
    const { code, err } = await run("run", "x", "--dir", join(root, "package.json"));
    expect(code).toBe(1);
    expect(err[0]).toMatch(/package\.json: this is a file; give the app's folder$/);
  });

  test("a server that does not start leaves the signals of its process as they were", async () => {
    const listeners = (): number[] =>
      ["SIGINT", "SIGTERM", "SIGHUP"].map((name) => process.listenerCount(name as NodeJS.Signals));
    const before = listeners();
    expect((await run("serve", join(root, "not-there"))).code).toBe(1);
    expect(listeners()).toEqual(before);
  });

  test("parlor run without a server prints how to start one", async () => {
    const { code, err } = await run("run", "x", "--dir", import.meta.dirname);
    expect(code).toBe(1);
    const dir = import.meta.dirname;
    expect(err).toEqual([
      `parlor: no server of this app is running: ${dir}; start one with: parlor serve ${dir}, then run the task`,
    ]);
  });
});

describe("the help", () => {
  test.each(["--version", "-v", "-V", "version"])("%s prints only the version", async (option) => {
    expect(await run(option)).toEqual({ code: 0, out: [version], err: [] });
  });

  test.each([["--help"], ["-h"], ["help"], ["serve", "--help"], ["run", "-h"], ["help", "run"]])(
    "%s %s prints the help to standard output",
    async (...args) => {
      const { code, out, err } = await run(...args);
      expect({ code, err }).toEqual({ code: 0, err: [] });
      expect(out[0]).toMatch(/^Usage: parlor /);
    },
  );

  test("parlor without a command prints the help to standard error and exits with 1", async () => {
    const { code, out, err } = await run();
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err[0]).toBe("Usage: parlor <command> [options]");
  });

  test("parlor help COMMAND prints what COMMAND --help prints", async () => {
    expect(await run("help", "new")).toEqual(await run("new", "--help"));
    expect((await run("help")).out.join("\n")).toMatch(/^ +help \[command\] +show the help of a command$/m);
  });

  test("the help of each command fits a narrow terminal", async () => {
    const terminal = recordingTerminal({ columns: 60 });
    for (const command of ["serve", "dev", "run", "check"]) await main([command, "--help"], terminal);
    expect(terminal.outLines.length).toBeGreaterThan(30);
    expect(terminal.outLines.filter((line) => line.length > 60)).toEqual([]);
  });
});

describe("docs/cli.md", () => {
  const text = readFileSync(join(root, "docs/cli.md"), "utf8");
  const { commands } = createProgram({
    terminal: recordingTerminal(),
    early: NO_EARLY_SIGNALS,
    done: () => {},
  });

  test("has a section for each command and no other", () => {
    const sections = [...text.matchAll(/^## parlor (\w+)$/gm)].map((found) => found[1]);
    expect(new Set(sections)).toEqual(new Set(commands.map((command) => command.name())));
  });

  test.each(commands.map((command) => [command.name(), command] as const))(
    "has the options of %s",
    (name, command) => {
      const section = text.split(/^## /m).find((part) => part.startsWith(`parlor ${name}\n`)) ?? "";
      const rows = [...section.matchAll(/^\| `(--[^`]+)`/gm)].map((found) => found[1]);
      expect(new Set(rows)).toEqual(new Set(command.options.map((option) => option.flags)));
    },
  );
});
