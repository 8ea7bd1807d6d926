import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { AllowedFolders } from "../../../../src/host/script/files/allowed-folders.ts";
import { NodeFiles } from "../../../../src/host/script/files/node-files.ts";
import { skips } from "../../../support/require.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

let base: string;
let root: string;
let files: NodeFiles;

// base/app is the app, base/media is allowed, base/secret is not.
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "parlor-files-")));
  root = join(base, "app");
  for (const name of ["app", "app/data", "media", "secret", "app-other"]) mkdirSync(join(base, name));
  writeFileSync(join(root, "data/notes.txt"), "hello");
  writeFileSync(join(base, "secret/key.txt"), "key");
  files = new NodeFiles(new AllowedFolders(root, ["../media"]));
});

/** The reason and text of the refusal. */
function refusal(call: () => unknown): { reason: unknown; message: string } {
  try {
    call();
  } catch (error) {
    const { reason, message } = error as { reason: unknown; message: string };
    return { reason, message };
  }
  throw new Error("it was not refused");
}

describe("a file of the app", () => {
  test("is read by a relative and by an absolute path, whole or in part", () => {
    expect(text(files.read("data/notes.txt"))).toBe("hello");
    expect(text(files.read(join(root, "data/notes.txt")))).toBe("hello");
    expect(text(files.read("data/notes.txt", { start: 1, length: 3 }))).toBe("ell");
    expect(text(files.read("data/notes.txt", { start: 3, length: 100 }))).toBe("lo");
    expect(files.read("data/notes.txt", { start: 9, length: 1 })).toHaveLength(0);
  });

  test("is written whole, at its end, and at a position", () => {
    files.write("data/new.txt", bytes("abcdef"), "all");
    files.write("data/new.txt", bytes("gh"), "end");
    files.write("data/new.txt", bytes("XY"), 1);
    expect(readFileSync(join(root, "data/new.txt"), "utf8")).toBe("aXYdefgh");
    files.write("data/new.txt", bytes("-"), "all");
    expect(readFileSync(join(root, "data/new.txt"), "utf8")).toBe("-");
  });

  test("has a kind, a size and times, and a missing one has no facts", () => {
    expect(files.stat("data/notes.txt")).toMatchObject({ kind: "file", size: 5 });
    expect(files.stat("data")?.kind).toBe("folder");
    expect(Math.abs((files.stat("data/notes.txt")?.modified ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(files.stat("data/none/none.txt")).toBeNull();
    expect(files.stat("data/notes.txt/below")).toBeNull();
  });

  test("is copied, renamed and removed, a folder with all that is in it", () => {
    files.makeFolder("data/a/b", true);
    files.write("data/a/b/c.txt", bytes("c"), "all");
    files.link("data/a/link", "b/c.txt");
    files.copy("data/a", "data/copy");
    files.rename("data/copy/b", "data/copy/d");
    expect(files.list("data/copy")).toEqual(["d", "link"]);
    expect(files.linkTarget("data/copy/link")).toBe("b/c.txt");
    expect(text(files.read("data/copy/d/c.txt"))).toBe("c");
    files.remove("data/a");
    expect(files.list("data")).toEqual(["copy", "notes.txt"]);
  });

  test("is listed with all that is below it, by code units; links to folders are not followed", () => {
    files.makeFolder("data/b/c", true);
    files.write("data/b/c/x.txt", bytes("x"), "all");
    files.write("data/a.txt", bytes("a"), "all");
    files.write("data/Z.txt", bytes("z"), "all");
    files.link("data/b/up", "..");
    expect(files.list("data", true)).toEqual([
      "Z.txt",
      "a.txt",
      "b",
      "b/c",
      "b/c/x.txt",
      "b/up",
      "notes.txt",
    ]);
    expect(refusal(() => files.list("data/a.txt", true)).reason).toBe("wrong kind");
  });

  test("lies in a tree of hundreds of folders, which is listed without a look at each path from the start", () => {
    const deep = `data/deep${"/d".repeat(800)}`;
    files.makeFolder(deep, true);
    const look = vi.spyOn(realpathSync, "native");
    expect(files.list("data/deep", true)).toHaveLength(800);
    expect(look.mock.calls.length).toBeLessThan(10);
    look.mockRestore();
    files.remove("data/deep");
  });

  test("is refused if it is too large to be read at once, and can be read in parts", () => {
    const size = 2 ** 31;
    writeFileSync(join(root, "data/large"), "");
    truncateSync(join(root, "data/large"), size);
    expect(refusal(() => files.read("data/large"))).toEqual({
      reason: "other",
      message: '"data/large" has more than 2147483647 bytes, which cannot be read at once; read it in parts',
    });
    expect(files.read("data/large", { start: size - 2, length: 100 })).toHaveLength(2);
  });

  test("is refused, if its name is too long, by a line that leaves out the middle of its path", () => {
    const { message } = refusal(() => files.read(`data/${"x".repeat(5000)}/end.txt`));
    expect(message).toMatch(/^"data\/x+…x+\/end.txt" has a name that is too long$/);
    expect(message.length).toBeLessThan(300);
  });

  test("is refused with one line that names it relative to the app", () => {
    const line = (call: () => unknown): string => refusal(call).message;
    files.makeFolder("data/made", false);
    expect(line(() => files.read("data/none.txt"))).toBe('"data/none.txt" does not exist');
    expect(line(() => files.read(join(root, "data/none.txt")))).toBe('"data/none.txt" does not exist');
    expect(line(() => files.read("data"))).toBe('"data" is not a file');
    expect(line(() => files.write("data", bytes(""), "all"))).toBe('"data" is not a file');
    expect(line(() => files.write("none/x", bytes(""), "all"))).toBe(
      '"none/x" is in a folder that does not exist',
    );
    expect(line(() => files.list("data/notes.txt"))).toMatch(/^"data\/notes.txt" is not a folder/);
    expect(line(() => files.makeFolder("data/made", false))).toBe('"data/made" exists already');
    expect(line(() => files.makeFolder("x/y", false))).toBe('"x/y" is in a folder that does not exist');
    expect(line(() => files.remove("data/none"))).toBe('"data/none" does not exist');
    expect(line(() => files.copy("data/none", "data/x"))).toBe('"data/none" does not exist');
    expect(line(() => files.copy("data/made", "data/notes.txt"))).toBe('"data/notes.txt" exists already');
    expect(line(() => files.rename("data/made", "data/notes.txt"))).toBe('"data/notes.txt" exists already');
    expect(line(() => files.copy("data", "data/made/in"))).toBe('"data/made/in" lies in the folder itself');
    expect(line(() => files.read("a\0b"))).toBe('"a\\u0000b" has a zero character in it');
  });
});

describe("a path that leads out of the app", () => {
  const others: readonly (readonly [string, (path: string) => unknown])[] = [
    ["read", (path) => files.read(path)],
    ["listed", (path) => files.list(path)],
    ["looked at", (path) => files.stat(path)],
    ["asked for its target", (path) => files.linkTarget(path)],
    ["written", (path) => files.write(path, bytes("x"), "all")],
    ["made a folder", (path) => files.makeFolder(path, true)],
    ["removed", (path) => files.remove(path)],
    ["renamed", (path) => files.rename(path, "data/got")],
    ["a new name", (path) => files.rename("data/notes.txt", path)],
    ["copied", (path) => files.copy(path, "data/got")],
    ["a copy", (path) => files.copy("data/notes.txt", path)],
    ["a link", (path) => files.link(path, "data/notes.txt")],
  ];

  test.each(others)("is never %s", (_what, use) => {
    symlinkSync("../../secret", join(root, "data/out"));
    const paths = [
      "../secret/key.txt",
      join(base, "secret/key.txt"),
      "data/out/key.txt",
      "data/../../secret/new",
    ];
    for (const path of [...paths, "../app-other/x", join(base, "app-other/x"), "..", "/"])
      expect([path, refusal(() => use(path)).reason]).toEqual([path, "outside"]);
    expect(readFileSync(join(base, "secret/key.txt"), "utf8")).toBe("key");
    expect(existsSync(join(base, "secret/new"))).toBe(false);
  });

  test("is refused in one line that says what to do", () => {
    expect(refusal(() => files.read("../secret/key.txt")).message).toBe(
      '"../secret/key.txt" is outside of the app\'s folder; list the folder in allowedFolders of parlor.config.ts if scripts may use it',
    );
  });

  test("is refused in a line that names the link, where the path itself lies in the app", () => {
    symlinkSync("../../secret", join(root, "data/out"));
    expect(refusal(() => files.read("data/out/key.txt")).message).toBe(
      '"data/out/key.txt" leads out of the app\'s folder by a symbolic link; list the folder in allowedFolders of parlor.config.ts if scripts may use it',
    );
  });

  test("is not followed by a link at its end, for reading, writing, or through one that leads nowhere", () => {
    symlinkSync("../../secret/key.txt", join(root, "data/key"));
    symlinkSync("../../secret/new.txt", join(root, "data/nowhere"));
    expect(refusal(() => files.read("data/key")).reason).toBe("outside");
    expect(refusal(() => files.write("data/key", bytes("x"), "all")).reason).toBe("outside");
    expect(refusal(() => files.write("data/nowhere", bytes("x"), "all")).reason).toBe("missing");
    expect(existsSync(join(base, "secret/new.txt"))).toBe(false);
    files.remove("data/key");
    expect(readFileSync(join(base, "secret/key.txt"), "utf8")).toBe("key");
  });

  test("cannot be the target of a link that a script makes", () => {
    expect(refusal(() => files.link("data/l", "../../secret")).reason).toBe("outside");
    expect(refusal(() => files.link("data/l", join(base, "secret"))).reason).toBe("outside");
    files.link("data/l", "notes.txt");
    expect(text(files.read("data/l"))).toBe("hello");
  });

  test("is refused when there is no app at all", () => {
    expect(refusal(() => new NodeFiles(new AllowedFolders(null, [])).read("x")).reason).toBe("outside");
  });
});

describe("an allowed folder", () => {
  test("is used as the app's own, and things move between the two", () => {
    files.write("../media/a.txt", bytes("a"), "all");
    files.rename(join(base, "media/a.txt"), "data/a.txt");
    files.copy("data/a.txt", "../media/b.txt");
    expect(files.list("../media")).toEqual(["b.txt"]);
    expect(files.folders).toEqual([root, join(base, "media")]);
  });

  test("stays, as the app's folder does", () => {
    for (const path of ["../media", ".", "", root])
      expect([path, refusal(() => files.remove(path)).message]).toEqual([
        path,
        expect.stringMatching(/which stays$/),
      ]);
    expect(refusal(() => files.rename("../media", "data/got")).message).toMatch(/which stays$/);
    expect(refusal(() => files.rename(".", "../media/got")).message).toMatch(/which stays$/);
    expect(refusal(() => files.link("../media", join(root, "data"))).reason).toBe("taken");
    const wide = new NodeFiles(new AllowedFolders(root, [base]));
    expect(refusal(() => wide.remove(root)).message).toMatch(/which stays$/);
    expect(lstatSync(root).isDirectory()).toBe(true);
  });

  test("is a folder as others are: it is not a link, and it can be copied", () => {
    files.write("../media/a.txt", bytes("a"), "all");
    expect([files.linkTarget("../media"), files.linkTarget("."), files.linkTarget(root)]).toEqual([
      null,
      null,
      null,
    ]);
    files.copy(join(base, "media"), "data/copy");
    expect(files.list("data/copy")).toEqual(["a.txt"]);
    expect(refusal(() => files.copy(".", "data/copy/app")).message).toMatch(/lies in the folder itself$/);
  });

  test("may be a symbolic link itself", () => {
    symlinkSync("secret", join(base, "alias"));
    const aliased = new NodeFiles(new AllowedFolders(root, [join(base, "alias")]));
    expect(text(aliased.read(join(base, "alias/key.txt")))).toBe("key");
    expect(refusal(() => aliased.remove(join(base, "alias"))).message).toMatch(/which stays$/);
    expect(lstatSync(join(base, "alias")).isSymbolicLink()).toBe(true);
  });
});

test.skipIf(skips(process.platform === "win32", "Windows has no pipes among its files"))(
  "a pipe is neither read nor written, which would block the thread, nor left out of a copy without a word",
  () => {
    execFileSync("mkfifo", [join(root, "data/pipe")]);
    expect(refusal(() => files.read("data/pipe")).message).toBe('"data/pipe" is not a file');
    expect(refusal(() => files.write("data/pipe", bytes("x"), "end")).message).toBe(
      '"data/pipe" is not a file',
    );
    expect(files.stat("data/pipe")?.kind).toBe("pipe");
    expect(refusal(() => files.copy("data/pipe", "data/pipe2")).message).toBe(
      '"data/pipe" is not a file, a folder or a link',
    );
    expect(refusal(() => files.copy("data", "../media/all")).message).toBe(
      '"data/pipe" is not a file, a folder or a link',
    );
  },
);
