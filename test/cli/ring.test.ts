// `parlor ring` writes what the interpreter of Ring writes.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Folder, parlor } from "./support/parlor.ts";

const recordings = resolve(import.meta.dirname, "../dialects/bolt/ring/recordings");

describe("parlor ring", () => {
  let folder: Folder;

  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  const ring = (name: string) => parlor(["ring", name], { cwd: folder.path });

  test.each([
    ["013-utf8-bytes", 0],
    ["046-uncaught-index", 1],
    ["058-load-package-files", 0],
    ["060-chat-rooms", 0],
  ])("prints the output of %s, and exits with %s", async (name, exit) => {
    const { code, out, err } = await parlor(["ring", `${recordings}/${name}.ring`]).ended;
    expect(out).toBe(readFileSync(`${recordings}/${name}.out`, "utf8"));
    expect({ code, err }).toEqual({ code: exit, err: "" });
  });

  test("names the place of a mistake in one line", async () => {
    folder.write("bad.ring", "see 1\nfunk f\n\tretrun 1\n}\n");
    const { code, out, err } = await ring("bad.ring").ended;
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^bad\.ring:\d+:\d+: .*\n$/);
  });

  test.each([
    ["nothing.ring", "there is no such file: nothing.ring"],
    ["bolt", "this is not a file: bolt; name a file that ends in .ring"],
    [
      "bolt/chat.ring",
      "bolt/chat.ring is a program for a server; put it into bolt/ of an app, and use parlor serve",
    ],
    ["bolt/a.js", "this is not a program in Ring: bolt/a.js; its name must end in .ring"],
  ])("says in one line why it does not run %s", async (name, text) => {
    folder.write("bolt/a.js", "").write("bolt/chat.ring", '# chat\nLoad "bolt.ring"\nnew Bolt()');
    const { code, out, err } = await ring(name).ended;
    expect({ code, out, err }).toEqual({ code: 1, out: "", err: `parlor: ${text}\n` });
  });

  test("gives the program the files of its folder, and no others", async () => {
    const program = 'write("a.txt", read("in.txt"))\ntry see read("../b.txt") catch see cCatchError done\n';
    folder.write("files.ring", program).write("in.txt", "tea");
    const { code, out } = await ring("files.ring").ended;
    expect({ code, out }).toEqual({ code: 0, out: `"../b.txt" is outside of the program's folder` });
    expect(readFileSync(`${folder.path}/a.txt`, "utf8")).toBe("tea");
  });

  test("gives the program its arguments", async () => {
    folder.write("args.ring", "see sysargv");
    const { out } = await parlor(["ring", "args.ring", "grün", "2"], { cwd: folder.path }).ended;
    expect(out).toBe("ring\nargs.ring\ngrün\n2\n");
  });

  test("ends a program that runs for ever with Ctrl-C, and keeps what it printed", async () => {
    folder.write("loop.ring", 'see "started" while true end');
    const running = ring("loop.ring");
    await running.prints(/started/);
    running.signal("SIGINT");
    const { code, signal, out } = await running.ended;
    expect({ code, signal, out }).toEqual({ code: null, signal: "SIGINT", out: "started" });
  });

  test("prints its options with --help", async () => {
    const { code, out } = await parlor(["ring", "--help"]).ended;
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: parlor ring \[options\] <file> \[args\.\.\.\]\n/);
  });
});
