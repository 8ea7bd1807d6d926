import { describe, expect, test } from "vitest";
import { tableLines } from "../../../src/cli/print/table-lines.ts";

const head = ["ROUTE", "SCRIPT"];

describe("a table", () => {
  test("puts its cells one under another, without blanks at the end of a line", () => {
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

  test("takes from the widest column what the terminal is too narrow for", () => {
    const rows = [["/ws/a", "ws/a-script-with-a-very-long-name.ts"]];
    const lines = tableLines({ head, rows }, 30);
    expect(lines[1]).toBe("/ws/a  ws/a-script-with-a-v...");
    expect(lines[1]).toHaveLength(30);
  });

  test("stays readable where nothing fits", () => {
    const rows = [["/ws/rooms/:id", "ws/rooms/[id].ts"]];
    expect(tableLines({ head, rows }, 5)[1]).toBe("/ws/r...  ws/ro...");
  });

  test("lets no name of a file write to the terminal", () => {
    const rows = [["/ws/\u001b[2Jx\ny", "z"]];
    expect(tableLines({ head, rows }, null)[1]).toBe("/ws/\\x1b[2Jx\\ny  z");
  });
});
