import { describe, expect, test } from "vitest";
import { prettyLog } from "../src/log.ts";
import { logLine } from "../src/pretty-log.ts";
import { recordingTerminal } from "./cli/support/recording-terminal.ts";

const plain = (_style: string, text: string): string => text;
const time = new Date(2026, 0, 2, 3, 4, 5);

describe("logLine", () => {
  test("prints the time, the level, the text and the fields", () => {
    const fields = {
      script: "ws/chat.ts",
      at: "ws/chat.ts:3",
      note: "two words",
      n: 5,
      gone: null,
      list: ["a"],
    };
    expect(logLine(plain, { level: "warn", time, text: "a handler threw", fields })).toBe(
      '03:04:05 warn  a handler threw script=ws/chat.ts at=ws/chat.ts:3 note="two words" n=5 list=["a"]',
    );
  });

  test("prints the code behind the text, in square brackets", () => {
    const fields = { code: "PARLOR_PORT_IN_USE", script: "ws/a.ts" };
    expect(logLine(plain, { level: "error", time, text: "port 1 is in use", fields })).toBe(
      "03:04:05 error port 1 is in use [PARLOR_PORT_IN_USE] script=ws/a.ts",
    );
    expect(logLine(plain, { level: "info", time, text: "closed", fields: { code: 1001 } })).toBe(
      "03:04:05 info  closed code=1001",
    );
  });

  test("prints a text of several lines as lines, indented below its first", () => {
    const text = "onMessage: Error: boom\n    at onMessage (ws/a.ts:3:9)\r\n    at next";
    const fields = { code: "PARLOR_SCRIPT_FAULT", script: "ws/a.ts" };
    expect(logLine(plain, { level: "error", time, text, fields }).split("\n")).toEqual([
      "03:04:05 error onMessage: Error: boom [PARLOR_SCRIPT_FAULT] script=ws/a.ts",
      "                   at onMessage (ws/a.ts:3:9)",
      "                   at next",
    ]);
  });

  test("keeps the columns of a table below each other", () => {
    const text = "┌───┬───┐\n│ a │ b │\n└───┴───┘";
    const lines = logLine(plain, { level: "info", time, text, fields: {} }).split("\n");
    expect(lines.map((line) => line.slice(15))).toEqual(text.split("\n"));
  });

  test("indents a line that a client forged, and escapes control characters and line breaks of a field", () => {
    const fields = { user: "x\ny\u001b[2J", error: new Error("one\ntwo") };
    const text = "bad\n03:04:06 info  forged\u001b[1A\rover\u2028under";
    expect(logLine(plain, { level: "error", time, text, fields }).split("\n")).toEqual([
      '03:04:05 error bad user="x\\ny\\u001b[2J" error="one"',
      "               03:04:06 info  forged\\x1b[1A\\rover\\u2028under",
    ]);
  });
});

describe("prettyLog", () => {
  test("prints entries from its level on, each in its colour", () => {
    const terminal = recordingTerminal({ colors: true });
    const log = prettyLog("debug", terminal);
    log.trace?.({}, "not wanted");
    log.debug({}, "detail");
    log.error({}, "bad");
    expect(terminal.errLines.map((line) => line.replace(/^\S+ /, ""))).toEqual([
      "<dim>debug</dim> detail<dim></dim>",
      "<red>error</red> bad<dim></dim>",
    ]);
  });

  test("prints the stack of an error as lines, then the errors behind it", () => {
    const cause = {
      type: "Error",
      message: "no tea",
      stack: "Error: no tea\n    at pot (ws/a.ts:2:3)",
      code: "ENOTEA",
    };
    const part = { type: "string", message: "none (thrown, not an Error)", stack: "" };
    const err = {
      type: "AggregateError",
      message: "boom\nin two lines",
      stack: "AggregateError: boom\nin two lines\n    at onMessage (ws/a.ts:3:9)",
      cause,
      errors: [part],
    };
    const fields = { code: "PARLOR_SCRIPT_FAULT", script: "ws/a.ts", err };
    expect(logLine(plain, { level: "error", time, text: "onMessage: AggregateError: boom", fields })).toBe(
      [
        "03:04:05 error onMessage: AggregateError: boom [PARLOR_SCRIPT_FAULT] script=ws/a.ts",
        "                   at onMessage (ws/a.ts:3:9)",
        "               Caused by: Error: no tea (ENOTEA)",
        "                   at pot (ws/a.ts:2:3)",
        "               One of them: string: none (thrown, not an Error)",
      ].join("\n"),
    );
  });
});
