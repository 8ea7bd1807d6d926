import { describe, expect, test } from "vitest";
import { headerLines, headerOf, headerPairs } from "../../../src/boundary/text/header-lines.ts";

describe("the headers of a handshake", () => {
  const lines = headerLines(["Host", "a.test", "X-A", "1", "x-a", " 2:b ", "Empty", ""]);

  test("are one text with a line each, names in lower case", () => {
    expect(lines).toBe("host: a.test\nx-a: 1\nx-a:  2:b \nempty: \n");
  });

  test("are read back as pairs in their order, values trimmed", () => {
    expect(headerPairs(lines)).toEqual([
      ["host", "a.test"],
      ["x-a", "1"],
      ["x-a", "2:b"],
      ["empty", ""],
    ]);
  });

  test("are found by a name in any case", () => {
    expect(headerOf(lines, "HOST")).toBe("a.test");
    expect(headerOf(lines, "empty")).toBe("");
    expect(headerOf(lines, "cookie")).toBeNull();
  });

  test("are joined with a comma when they were repeated", () => {
    expect(headerOf(lines, "X-A")).toBe("1, 2:b");
  });
});
