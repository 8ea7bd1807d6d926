import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { Path } from "../../../src/dialects/scripting/files/path.ts";

describe("the published examples of Path", () => {
  test("normalize", () => {
    expect(Path.normalize("/foo/bar//baz/asdf/quux/..")).toBe("/foo/bar/baz/asdf");
    expect(Path.normalize("./foo/bar/../baz")).toBe("./foo/baz");
  });

  test("isAbsolute", () => {
    expect([Path.isAbsolute("/foo/bar"), Path.isAbsolute("foo/bar")]).toEqual([true, false]);
  });

  test("join", () => {
    expect(Path.join("/foo", "bar", "baz/asdf", "quux", "..")).toBe("/foo/bar/baz/asdf");
    expect(Path.join("/home", "user", "documents", "file.txt")).toBe("/home/user/documents/file.txt");
  });

  test("dirname, basename and extname", () => {
    expect(Path.dirname("/foo/bar/baz/asdf/quux")).toBe("/foo/bar/baz/asdf");
    expect(Path.basename("/foo/bar/baz/asdf/quux.html")).toBe("quux.html");
    expect(Path.basename("/foo/bar/baz/asdf/quux.html", ".html")).toBe("quux");
    expect(Path.extname("/foo/bar/baz/asdf/quux.html")).toBe(".html");
    expect(Path.extname("/foo/bar/baz/asdf/quux")).toBe("");
  });

  test("parse", () => {
    expect(Path.parse("/foo/bar/baz/asdf/quux.html")).toEqual({
      root: "/",
      dir: "/foo/bar/baz/asdf",
      base: "quux.html",
      ext: ".html",
      name: "quux",
    });
  });
});

const PATHS = [
  "",
  "/",
  "//",
  ".",
  "..",
  "a",
  "a/",
  "/a",
  "/a/",
  "a/b",
  "/a/b.c",
  "a.b.c",
  ".hidden",
  "a/.hidden.x",
];
const MORE = [
  "../a",
  "../../a/..",
  "a/../..",
  "/../a",
  "a//b/c",
  "/a/./b/../c/",
  "a.",
  "...",
  "..a",
  "a/..b/.",
  "a/b/../../",
];

describe("where the document is silent, as Node's path", () => {
  test.each([...PATHS, ...MORE])("%j", (path) => {
    expect(Path.normalize(path)).toBe(posix.normalize(path));
    expect(Path.isAbsolute(path)).toBe(posix.isAbsolute(path));
    expect(Path.dirname(path)).toBe(posix.dirname(path));
    expect(Path.basename(path)).toBe(posix.basename(path));
    // Node keeps slashes at the end of some paths here, which no name has.
    if (!path.endsWith("/")) expect(Path.basename(path, ".c")).toBe(posix.basename(path, ".c"));
    expect(Path.extname(path)).toBe(posix.extname(path));
    expect(Path.parse(path)).toEqual(posix.parse(path));
    for (const other of PATHS) expect(Path.join(path, other)).toBe(posix.join(path, other));
  });

  test("no segment at all is the folder itself", () => {
    expect(Path.join()).toBe(".");
  });
});

test("a drive of Windows is a root", () => {
  expect(Path.isAbsolute("C:/app")).toBe(true);
  expect(Path.join("C:/app", "../../x")).toBe("C:/x");
  expect(Path.parse("C:/x.txt")).toEqual({ root: "C:/", dir: "C:/", base: "x.txt", ext: ".txt", name: "x" });
});

test("a wrong argument is a TypeError that names the call", () => {
  expect(() => Path.join("a", 5)).toThrow(
    new TypeError("Path.join takes a string as each segment, got a number"),
  );
  expect(() => Path.basename(null)).toThrow("Path.basename takes a string as path, got null");
});
