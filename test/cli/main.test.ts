import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { createProgram, main } from "../../src/cli/main.ts";
import { recordingTerminal } from "./support/recording-terminal.ts";

const root = resolve(import.meta.dirname, "../..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

async function run(...args: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const terminal = recordingTerminal();
  const code = await main(args, terminal);
  return { code, out: terminal.outLines, err: terminal.errLines };
}

describe("what was mistyped gets one line and the exit code 1", () => {
  test.each([
    [["sreve"], "parlor: unknown command 'sreve': did you mean serve?"],
    [["xyzzy"], "parlor: unknown command 'xyzzy': see parlor --help"],
    [["serve", "--prot", "3"], "parlor: unknown option '--prot': did you mean --port?"],
    [["--versoin"], "parlor: unknown option '--versoin': did you mean --version?"],
    [["run", "x", "--zzz"], "parlor: unknown option '--zzz': see parlor --help"],
    [["serve", "--port"], "parlor: option '--port <number>' argument missing: see parlor --help"],
    [["new"], "parlor: missing required argument 'name': see parlor --help"],
    [["run"], "parlor: missing required argument 'task': see parlor --help"],
    [
      ["check", "a", "b"],
      "parlor: too many arguments for 'check'. Expected 1 argument but got 2: see parlor --help",
    ],
    [[root], `parlor: unknown command '${root}': did you mean parlor serve ${root}?`],
  ])("%j", async (args, line) => {
    expect(await run(...args)).toEqual({ code: 1, out: [], err: [line] });
  });

  test.each(["abc", "-1", "65536", "1.5", "0x10", "", " 80", "1e3"])("--port=%s", async (port) => {
    const { code, err } = await run("serve", `--port=${port}`);
    expect({ code, lines: err.length }).toEqual({ code: 1, lines: 1 });
    expect(err[0]).toContain("A port is a whole number from 0 to 65535");
  });

  test("a folder that is not there, for parlor run", async () => {
    const { code, err } = await run("run", "x", "--dir", "/nowhere/at/all");
    expect({ code, err }).toEqual({
      code: 1,
      err: [
        'parlor: there is no folder /nowhere/at/all: check the path, or make an app with "parlor new NAME"',
      ],
    });
  });

  test("a file in the place of a folder, for parlor run", async () => {
    const { code, err } = await run("run", "x", "--dir", join(root, "package.json"));
    expect(code).toBe(1);
    expect(err[0]).toMatch(/package\.json is a file, not the folder of an app$/);
  });

  test("no server, for parlor run: the line says how to start one", async () => {
    const { code, err } = await run("run", "x", "--dir", import.meta.dirname);
    expect(code).toBe(1);
    const start = `"parlor serve ${import.meta.dirname}"`;
    expect(err).toEqual([
      `parlor: no server of this app is running: start one with ${start}, then run the task`,
    ]);
  });
});

describe("help", () => {
  test.each(["--version", "-v"])("%s is the version alone", async (option) => {
    expect(await run(option)).toEqual({ code: 0, out: [version], err: [] });
  });

  test.each([["--help"], ["-h"], ["serve", "--help"], ["run", "-h"]])(
    "%s %s goes to the standard output",
    async (...args) => {
      const { code, out, err } = await run(...args);
      expect({ code, err }).toEqual({ code: 0, err: [] });
      expect(out[0]).toMatch(/^Usage: parlor /);
    },
  );

  test("is what one gets who asks for nothing, and it is not done", async () => {
    const { code, out, err } = await run();
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err[0]).toBe("Usage: parlor <command> [options]");
  });

  test("keeps to a narrow terminal", async () => {
    const terminal = recordingTerminal({ columns: 60 });
    for (const command of ["serve", "dev", "run", "check"]) await main([command, "--help"], terminal);
    expect(terminal.outLines.length).toBeGreaterThan(30);
    expect(terminal.outLines.filter((line) => line.length > 60)).toEqual([]);
  });
});

describe("docs/cli.md", () => {
  const text = readFileSync(join(root, "docs/cli.md"), "utf8");
  const { commands } = createProgram(recordingTerminal(), () => {});

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
