import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalizePath, rawQuery } from "../../../src/boundary/text/path.ts";

describe("normalizePath", () => {
  test.each([
    ["/", "/"],
    ["/ws/chat", "/ws/chat"],
    ["/ws/chat/", "/ws/chat/"],
    ["/ws/chat?user=a/../b#c", "/ws/chat"],
    ["/a%20b/%C3%BC", "/a b/ü"],
    ["/%F0%9F%98%80", "/😀"],
    ["/a+b", "/a+b"],
    ["/a..b/...", "/a..b/..."],
    ["/.well-known/x", "/.well-known/x"],
    ["/ws/__proto__", "/ws/__proto__"],
    ["/ws/constructor", "/ws/constructor"],
    ["/%252e%252e", "/%2e%2e"],
  ])("reads %s as %s", (target, path) => {
    expect(normalizePath(target)).toBe(path);
  });

  test("reads a long path", () => {
    const long = `/${"a".repeat(100_000)}`;
    expect(normalizePath(long)).toBe(long);
  });

  test.each([
    ["nothing", ""],
    ["a star", "*"],
    ["a path without its slash", "ws/chat"],
    ["a whole URL", "http://host/ws/chat"],
    ["a query alone", "?a=1"],
    ["plain dot segments", "/ws/../../etc/passwd"],
    ["a dot segment at the end", "/ws/.."],
    ["a single dot", "/./ws"],
    ["a single dot at the end", "/ws/."],
    ["encoded dot segments", "/ws/%2e%2e/x"],
    ["half encoded dot segments", "/ws/.%2E"],
    ["NUL", "/ws/%00"],
    ["an encoded line break", "/ws/a%0d%0ab"],
    ["DEL", "/ws/%7f"],
    ["an empty segment", "//"],
    ["an empty segment first", "//host/x"],
    ["an empty segment inside", "/ws//chat"],
    ["an encoded slash", "/ws%2fchat"],
    ["an encoded slash in capitals", "/ws%2Fchat"],
    ["a backslash", "/ws\\chat"],
    ["an encoded backslash", "/ws/..%5c.."],
    ["a fragment", "/ws/chat#x"],
    ["a broken percent sign", "/100%"],
    ["a broken percent-encoding", "/%zz"],
    ["bytes that are not UTF-8", "/%ff"],
    ["UTF-8 longer than needed, which some take for a slash", "/%c0%af"],
    ["a surrogate written as UTF-8", "/%ed%a0%80"],
    ["characters that were not encoded", "/ü"],
    ["a space", "/a b"],
  ])("refuses %s", (_what, target) => {
    expect(normalizePath(target)).toBeNull();
  });

  test("never lets a step upwards, a NUL or a backslash through", () => {
    const piece = fc.constantFrom(
      "/",
      ".",
      "..",
      "%2e",
      "%2E",
      "%2f",
      "%5C",
      "\\",
      "%00",
      "%",
      "?",
      "#",
      "a",
      "ü",
    );
    const target = fc.oneof(
      fc.array(piece).map((pieces) => `/${pieces.join("")}`),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(target, (raw) => {
        const path = normalizePath(raw);
        if (path === null) return;
        expect(path.startsWith("/")).toBe(true);
        expect(path).not.toMatch(/[\0\\]/);
        const segments = path.slice(1).split("/");
        expect(segments).not.toContain("..");
        expect(segments).not.toContain(".");
        expect(segments.slice(0, -1)).not.toContain("");
        expect(new URL(encodeURI(path), "http://host").pathname).toBe(encodeURI(path));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("rawQuery", () => {
  test.each([
    ["/a", ""],
    ["/a?", ""],
    ["/a?b=%20?&c", "b=%20?&c"],
  ])("the raw query of %s is %s", (target, query) => {
    expect(rawQuery(target)).toBe(query);
  });
});
