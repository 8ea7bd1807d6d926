import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { skips } from "../support/require.ts";

const root = resolve(import.meta.dirname, "../..");

/** The folder in which the project is written, assembled so that this file does not contain it. */
const workplace = ["", "work", ""].join("/");

function trackedFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" });
  return listed.split("\0").filter((file) => file !== "" && existsSync(join(root, file)));
}

// A downloaded archive has no list of files.
describe.skipIf(skips(!existsSync(join(root, ".git")), "this folder is not a clone"))(
  "the repository",
  () => {
    test("contains no path of the machine on which it is written", () => {
      const files = trackedFiles();
      expect(files).toContain("package.json");
      const found = files.filter((file) => readFileSync(join(root, file), "utf8").includes(workplace));
      expect(found).toEqual([]);
    });
  },
);
