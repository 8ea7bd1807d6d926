import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalizePath, plainPath, rawQuery } from "../../../src/boundary/text/path.ts";

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
    ["/%252e%252e", "/%252e%252e"],
    ["/100%25", "/100%25"],
    ["/r%2Ftea", "/r%2Ftea"],
    ["/r%2ftea", "/r%2Ftea"],
    ["/r%252Ftea", "/r%252Ftea"],
    ["/%2Fetc", "/%2Fetc"],
    ["/https%3A%2F%2Ftea.example%2Fa", "/https:%2F%2Ftea.example%2Fa"],
    ["/DOMAIN%5Cada", "/DOMAIN\\ada"],
    ["/v1%2e2", "/v1.2"],
    ["/a%2E%2E%2Eb", "/a...b"],
    ["/.%2E.", "/..."],
    ["/ws//chat", "/ws//chat"],
    ["/ws/chat//", "/ws/chat//"],
    ["/a%20b/r%2Ftea%20%26%20co", "/a b/r%2Ftea & co"],
    ["/a%2Bb+c", "/a+b+c"],
    ["/%E2%98%95%2F%E2%98%95", "/☕%2F☕"],
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
    ["a backslash", "/ws\\chat"],
    ["dot segments by encoded slashes", "/ws/..%2f..%2fetc"],
    ["dot segments by encoded slashes at the end", "/ws/a%2F.."],
    ["a dot segment between encoded slashes", "/ws/a%2f.%2fb"],
    ["dot segments by encoded backslashes", "/ws/..%5c.."],
    ["a dot segment by both", "/ws/a%5c..%2fb"],
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

  test("never lets a step upwards or a NUL through, encoded or not", () => {
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
        const plain = plainPath(path);
        expect(plain).not.toMatch(/\0/);
        expect(path).not.toMatch(/^\/\//);
        const names = plain.split(/[/\\]/);
        expect(names).not.toContain("..");
        expect(names).not.toContain(".");
        // What is read once is read the same way again.
        expect(normalizePath(encodeURI(path).replace(/%25(?=2F|25)/g, "%"))).toBe(path);
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

describe("plainPath", () => {
  test.each([
    ["/a/b", "/a/b"],
    ["/r%2Ftea", "/r/tea"],
    ["/100%25", "/100%"],
    ["/%252F", "/%2F"],
    ["/ü☕", "/ü☕"],
  ])("decodes %s to %s", (path, plain) => {
    expect(plainPath(path)).toBe(plain);
  });
});
