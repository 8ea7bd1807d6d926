import { describe, expect, test } from "vitest";
import { tableLines } from "../../../src/cli/print/table-lines.ts";

const head = ["ROUTE", "SCRIPT"];

describe("tableLines", () => {
  test("aligns the cells of a column, without blanks at the end of a line", () => {
    const rows = [
      ["/ws/chat", "ws/chat.ts"],
      ["/", "http/index.ts"],
      ["/x", ""],
    ];
    expect(tableLines({ head, rows }, null)).toEqual([
      "ROUTE     SCRIPT",
      "/ws/chat  ws/chat.ts",
      "/         http/index.ts",
      "/x",
    ]);
  });

  test("shortens the widest column when the terminal is too narrow", () => {
    const rows = [["/ws/a", "ws/a-script-with-a-very-long-name.ts"]];
    const lines = tableLines({ head, rows }, 30);
    expect(lines[1]).toBe("/ws/a  ws/a-script-with-a-v...");
    expect(lines[1]).toHaveLength(30);
  });

  test("keeps every column readable when nothing fits", () => {
    const rows = [["/ws/rooms/:id", "ws/rooms/[id].ts"]];
    expect(tableLines({ head, rows }, 5)[1]).toBe("/ws/r...  ws/ro...");
  });

  test("escapes control characters in file names", () => {
    const rows = [["/ws/\u001b[2Jx\ny", "z"]];
    expect(tableLines({ head, rows }, null)[1]).toBe("/ws/\\x1b[2Jx\\ny  z");
  });
});
