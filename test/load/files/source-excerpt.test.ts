// The lines around a fault: inside of the app only.
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { sourceExcerpt } from "../../../src/load/files/source-excerpt.ts";
import { folderOf } from "../../support/running-app.ts";

const bounds = { before: 2, width: 10 };
let dir: string;
beforeEach(() => {
  dir = folderOf({
    "app/ws/chat.ts": "one\ntwo\nthree\nfour\nfive\nsix\n",
    "app/ws/windows.ts": "one\r\ntwo\r\nthree",
    "app/long.ts": `${"x".repeat(1000)}\n`,
    "app/.env": "SECRET=1\n",
    "secret.ts": "SECRET\n",
  });
  symlinkSync(join(dir, "secret.ts"), join(dir, "app/link.ts"));
});

const excerpt = (file: string, line: number) => sourceExcerpt(join(dir, "app"), { file, line }, bounds);

test("an excerpt has the lines around its place", async () => {
  expect(await excerpt("ws/chat.ts", 4)).toEqual({
    first: 2,
    lines: ["two", "three", "four", "five", "six"],
  });
});

test("an excerpt ends at the ends of the file", async () => {
  expect(await excerpt("ws/chat.ts", 1)).toEqual({ first: 1, lines: ["one", "two", "three"] });
  expect(await excerpt("ws/chat.ts", 6)).toEqual({ first: 4, lines: ["four", "five", "six"] });
});

test("Windows line ends are not part of the lines", async () => {
  expect(await excerpt("ws/windows.ts", 2)).toEqual({ first: 1, lines: ["one", "two", "three"] });
});

test("a long line is cut", async () => {
  expect((await excerpt("long.ts", 1))?.lines).toEqual(["x".repeat(10)]);
});

test.each([
  ["a file that does not exist", "ws/none.ts", 1],
  ["a line beyond the file", "ws/chat.ts", 99],
  ["line 0", "ws/chat.ts", 0],
  ["a folder", "ws", 1],
  ["a hidden file", ".env", 1],
  ["a file above the app", "../secret.ts", 1],
  ["a link to a file outside of the app", "link.ts", 1],
  ["a file elsewhere on the machine", "/etc/passwd", 1],
])("there is no excerpt of %s", async (_what, file, line) => {
  expect(await excerpt(file, line)).toBeNull();
});
