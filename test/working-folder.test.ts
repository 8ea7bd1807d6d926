import { mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { givenPath } from "../src/working-folder.ts";
import { folderOf } from "./support/running-app.ts";

const shown = process.env["PWD"];
let link: string;

beforeEach(() => {
  link = join(folderOf({}), "current");
  symlinkSync(process.cwd(), link);
  process.env["PWD"] = link;
});

afterEach(() => {
  if (shown === undefined) delete process.env["PWD"];
  else process.env["PWD"] = shown;
});

test("a relative path keeps the link by which the shell came to the working folder", () => {
  expect(givenPath(".")).toBe(link);
  expect(givenPath("src")).toBe(join(link, "src"));
});

test("an absolute path is taken as it is", () => {
  expect(givenPath("/srv/app/")).toBe("/srv/app");
});

test("a path that leads elsewhere by the link, or to nothing, is taken from the real working folder", () => {
  expect(givenPath("..")).toBe(resolve(".."));
  expect(givenPath("missing")).toBe(resolve("missing"));
  const other = join(link, "..", "other");
  mkdirSync(other);
  process.env["PWD"] = other;
  expect(givenPath(".")).toBe(process.cwd());
  process.env["PWD"] = "not absolute";
  expect(givenPath("src")).toBe(resolve("src"));
});
