import { afterEach, describe, expect, test, vi } from "vitest";
import { humanLog, logLine } from "../../../src/cli/print/human-log.ts";
import { recordingTerminal } from "../support/recording-terminal.ts";

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
    expect(logLine(plain, "warn", { time, text: "a handler threw", fields })).toBe(
      '03:04:05 warn  a handler threw script=ws/chat.ts at=ws/chat.ts:3 note="two words" n=5 list=["a"]',
    );
  });

  test("prints the code behind the text, in square brackets", () => {
    const fields = { code: "PARLOR_PORT_IN_USE", script: "ws/a.ts" };
    expect(logLine(plain, "error", { time, text: "port 1 is in use", fields })).toBe(
      "03:04:05 error port 1 is in use [PARLOR_PORT_IN_USE] script=ws/a.ts",
    );
    expect(logLine(plain, "info", { time, text: "closed", fields: { code: 1001 } })).toBe(
      "03:04:05 info  closed code=1001",
    );
  });

  test("prints a text of several lines as lines, indented below its first", () => {
    const text = "onMessage: Error: boom\n    at onMessage (ws/a.ts:3:9)\r\n    at next";
    const fields = { code: "PARLOR_SCRIPT_FAULT", script: "ws/a.ts" };
    expect(logLine(plain, "error", { time, text, fields }).split("\n")).toEqual([
      "03:04:05 error onMessage: Error: boom [PARLOR_SCRIPT_FAULT] script=ws/a.ts",
      "                   at onMessage (ws/a.ts:3:9)",
      "                   at next",
    ]);
  });

  test("keeps the columns of a table below each other", () => {
    const text = "┌───┬───┐\n│ a │ b │\n└───┴───┘";
    const lines = logLine(plain, "info", { time, text, fields: {} }).split("\n");
    expect(lines.map((line) => line.slice(15))).toEqual(text.split("\n"));
  });

  test("indents a line that a client forged, and escapes control characters and line breaks of a field", () => {
    const fields = { user: "x\ny\u001b[2J", error: new Error("one\ntwo") };
    const text = "bad\n03:04:06 info  forged\u001b[1A\rover\u2028under";
    expect(logLine(plain, "error", { time, text, fields }).split("\n")).toEqual([
      '03:04:05 error bad user="x\\ny\\u001b[2J" error="one"',
      "               03:04:06 info  forged\\x1b[1A\\rover\\u2028under",
    ]);
  });
});

describe("humanLog", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("prints debug lines only with PARLOR_DEBUG=1", () => {
    const terminal = recordingTerminal();
    vi.stubEnv("PARLOR_DEBUG", "");
    humanLog(terminal).debug({}, "detail");
    vi.stubEnv("PARLOR_DEBUG", "1");
    humanLog(terminal).debug({}, "wanted");
    expect(terminal.errLines.map((line) => line.slice(9))).toEqual(["debug wanted"]);
  });

  test("prints each level in its colour", () => {
    const terminal = recordingTerminal({ colors: true });
    humanLog(terminal).error({}, "bad");
    expect(terminal.errLines[0]).toContain("<red>error</red> bad");
  });
});
