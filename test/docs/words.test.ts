import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Metaphors and pronouns that the glossary in CONTRIBUTING.md replaces. */
const RETIRED =
  /\b(elders?|legac(?:y|ies)|adopt\w*|succession|successors?|heirs?|estate|retire\w*|toll|sheaf|deviations?|turn.?log|births?|wishes|inert|outsiders?|kin|dressed|patience|restless|whoever|nobody|somebody|everybody|anew)\b/i;

/** The folders and files whose texts follow the glossary. */
const COVERED = ["src/cli", "docs", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples", "templates"];

/** Pages that still have some of these words. */
const EXCEPTIONS: ReadonlySet<string> = new Set([
  "docs/dialects/bolt.md",
  "docs/dialects/dirigible.md",
  "docs/dialects/scripting.md",
  "docs/diesel-api.md",
  "docs/embedding.md",
  "docs/errors.md",
]);

function coveredFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "-z", ...COVERED], { cwd: root, encoding: "utf8" });
  return listed
    .split("\0")
    .filter((file) => /\.(?:ts|js|md|html)$/.test(file) && !EXCEPTIONS.has(file))
    .filter((file) => existsSync(join(root, file)));
}

function linesWithRetiredWords(file: string): string[] {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  return lines.flatMap((line, index) => {
    const word = RETIRED.exec(line)?.[0];
    return word === undefined ? [] : [`${file}:${index + 1}: ${word}`];
  });
}

// A downloaded archive has no list of files.
describe.skipIf(!existsSync(join(root, ".git")))("the glossary", () => {
  test("replaces retired words in every covered file", () => {
    expect(coveredFiles().flatMap(linesWithRetiredWords)).toEqual([]);
  });

  test("matches whole words only", () => {
    expect(["the legacy of a script", "it starts anew"].every((text) => RETIRED.test(text))).toBe(true);
    expect(["kinds", "the holder of the lock", "a skin"].some((text) => RETIRED.test(text))).toBe(false);
  });
});
