import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { printProblems } from "../../../src/cli/print/print-problems.ts";
import { recordingTerminal } from "../support/recording-terminal.ts";

describe("printProblems", () => {
  const problem = { file: "ws/a.ts", line: 3, column: 7, message: "one\ntwo", code: "X" };
  const printed = (dir: string, changes = {}): string => {
    const terminal = recordingTerminal();
    const problems = [{ ...problem, ...changes }];
    printProblems(terminal.out, terminal, { dir, problems, label: "error" });
    return terminal.outLines.join("|");
  };

  test("prints one line, with the file's path from the current folder and the code", () => {
    expect(printed("examples/chat")).toBe(`error ${join("examples/chat", "ws/a.ts")}:3:7: one\\ntwo [X]`);
    expect(printed(".")).toBe(`error ${join("ws", "a.ts")}:3:7: one\\ntwo [X]`);
    expect(printed("/apps/chat")).toBe(`error ${join("/apps/chat", "ws/a.ts")}:3:7: one\\ntwo [X]`);
  });

  test("prints a problem of a whole file, and of the whole app", () => {
    expect(printed("x", { line: null, column: null })).toBe(`error ${join("x", "ws/a.ts")}: one\\ntwo [X]`);
    expect(printed("x", { file: "", line: null, column: null })).toBe("error x: one\\ntwo [X]");
    const app = resolve("x");
    expect(printed("x", { file: app, line: null, column: null })).toBe(`error ${app}: one\\ntwo [X]`);
  });
});
