import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { count, printProblems, printRoutes } from "../../../src/cli/print/print-routes.ts";
import type { PrintedRoute } from "../../../src/cli/print/print-routes.ts";
import { recordingTerminal } from "../support/recording-terminal.ts";

const row = (changes: Partial<PrintedRoute>): PrintedRoute => ({
  kind: "ws",
  route: "/ws/chat",
  script: "ws/chat.ts",
  version: "3f2a9c1e",
  state: "connection",
  thread: "own",
  tickRate: null,
  schedule: null,
  status: "ok",
  ...changes,
});

describe("the table of routes", () => {
  test("says of each route what it is, and how often it runs", () => {
    const terminal = recordingTerminal();
    printRoutes(terminal, [
      row({}),
      row({ route: "/ws/game", script: "ws/game.ts", state: "route", tickRate: 30 }),
      row({
        kind: "cron",
        route: "",
        script: "cron/x.ts",
        version: "",
        state: "-",
        schedule: "*/5 * * * * *",
      }),
    ]);
    expect(terminal.outLines).toEqual([
      "KIND  ROUTE     SCRIPT      VERSION   STATE       THREAD",
      "ws    /ws/chat  ws/chat.ts  3f2a9c1e  connection  own",
      "ws    /ws/game  ws/game.ts  3f2a9c1e  route       own     30 ticks/s",
      "cron            cron/x.ts   -         -           own     at */5 * * * * *",
    ]);
  });

  test("shows a failed route as failed", () => {
    const terminal = recordingTerminal({ colors: true });
    printRoutes(terminal, [row({ status: "failed", tickRate: 30 })]);
    expect(terminal.outLines[1]).toBe(
      "<red>ws    /ws/chat  ws/chat.ts  3f2a9c1e  connection  own     failed</red>",
    );
  });
});

describe("a problem", () => {
  const problem = { file: "ws/a.ts", line: 3, column: 7, message: "one\ntwo", code: "X" };
  const printed = (dir: string, changes = {}): string => {
    const terminal = recordingTerminal();
    const problems = [{ ...problem, ...changes }];
    printProblems(terminal.out, terminal, { dir, problems, label: "error" });
    return terminal.outLines.join("|");
  };

  test("is one line, with the file as it is found from here", () => {
    expect(printed("examples/chat")).toBe(`error ${join("examples/chat", "ws/a.ts")}:3:7: one\\ntwo`);
    expect(printed(".")).toBe(`error ${join("ws", "a.ts")}:3:7: one\\ntwo`);
    expect(printed("/apps/chat")).toBe(`error ${join("/apps/chat", "ws/a.ts")}:3:7: one\\ntwo`);
  });

  test("may be about the whole file, or the whole app", () => {
    expect(printed("x", { line: null, column: null })).toBe(`error ${join("x", "ws/a.ts")}: one\\ntwo`);
    expect(printed("x", { file: "", line: null, column: null })).toBe("error x: one\\ntwo");
  });
});

test("a count is in the right number", () => {
  expect([count(0, "problem"), count(1, "problem"), count(2, "problem")]).toEqual([
    "0 problems",
    "1 problem",
    "2 problems",
  ]);
});
