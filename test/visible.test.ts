import { describe, expect, test } from "vitest";
import { visible } from "../src/visible.ts";

describe("visible", () => {
  test("returns plain text unchanged", () => {
    expect(visible("Grüße, 世界 👋\ttab")).toBe("Grüße, 世界 👋\ttab");
  });

  test("escapes what would move the cursor, set the title or forge a line", () => {
    expect(visible("a\u001b[2Jb")).toBe("a\\x1b[2Jb");
    expect(visible("\u001b]0;title\u0007")).toBe("\\x1b]0;title\\x07");
    expect(visible("one\r\ntwo\u2028three\u009b1m")).toBe("one\\r\\ntwo\\u2028three\\x9b1m");
    expect(visible("abc\u202edef")).toBe("abc\\u202edef");
  });

  test("keeps colours if asked to and resets them at the end, and removes them otherwise", () => {
    expect(visible("\u001b[31mred", true)).toBe("\u001b[31mred\u001b[0m");
    expect(visible("\u001b[31mred\u001b[0m")).toBe("red");
    expect(visible("plain", true)).toBe("plain");
  });
});
