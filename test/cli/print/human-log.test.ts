import { afterEach, describe, expect, test, vi } from "vitest";
import { humanLog, logLine } from "../../../src/cli/print/human-log.ts";
import { recordingTerminal } from "../support/recording-terminal.ts";

const plain = (_style: string, text: string): string => text;
const time = new Date(2026, 0, 2, 3, 4, 5);

describe("a line of the log", () => {
  test("is the time, the level, the text and what goes with it", () => {
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

  test("stays one line, whatever a client has sent", () => {
    const fields = { user: "x\ny\u001b[2J", error: new Error("one\ntwo") };
    const line = logLine(plain, "error", { time, text: "bad\n03:04:06 info  forged", fields });
    expect(line).toBe('03:04:05 error bad\\n03:04:06 info  forged user="x\\ny\\u001b[2J" error="one"');
  });
});

describe("the log for people", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("leaves out what is for debugging, unless asked", () => {
    const terminal = recordingTerminal();
    vi.stubEnv("PARLOR_DEBUG", "");
    humanLog(terminal).debug({}, "detail");
    vi.stubEnv("PARLOR_DEBUG", "1");
    humanLog(terminal).debug({}, "wanted");
    expect(terminal.errLines.map((line) => line.slice(9))).toEqual(["debug wanted"]);
  });

  test("shows a level by its colour", () => {
    const terminal = recordingTerminal({ colors: true });
    humanLog(terminal).error({}, "bad");
    expect(terminal.errLines[0]).toContain("<red>error</red> bad");
  });
});
