import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** The folder this was written in; put together here so that this file does not name it. */
const workplace = ["", "work", ""].join("/");

function trackedFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" });
  return listed.split("\0").filter((file) => file !== "" && existsSync(join(root, file)));
}

// A downloaded archive has no list of files.
describe.skipIf(!existsSync(join(root, ".git")))("the repository", () => {
  test("names no folder of the machine it was written on", () => {
    const files = trackedFiles();
    expect(files).toContain("package.json");
    const naming = files.filter((file) => readFileSync(join(root, file), "utf8").includes(workplace));
    expect(naming).toEqual([]);
  });
});
