import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { needs, skips, type Tool } from "./require.ts";

const folder = mkdtempSync(join(tmpdir(), "parlor-require-"));
afterAll(() => rmSync(folder, { recursive: true }));

function silent(): void {}

/** A folder with one program in it that exits with `status`. */
function folderWith(name: string, status = 0): string {
  const made = join(folder, `${name}-${status}`);
  mkdirSync(made, { recursive: true });
  writeFileSync(join(made, name), `#!/bin/sh\nexit ${status}\n`);
  chmodSync(join(made, name), 0o755);
  return made;
}

describe.skipIf(skips(process.platform === "win32", "Windows marks no file as a program"))(
  "the search for a tool",
  () => {
    test.each<[Tool, string]>([
      ["chromium", "chromium"],
      ["chromium", "google-chrome"],
      ["python-websockets", "python3"],
    ])("finds %s as %s on the PATH", (tool, program) => {
      const onPath = folderWith(program);
      expect(needs(tool, { env: { PATH: onPath }, folders: [], say: silent })).toEqual({
        skip: false,
        reason: "",
        path: join(onPath, program),
      });
    });

    test("skips a python3 that cannot import websockets, and takes the next", () => {
      const without = folderWith("python3", 1);
      const system = folderWith("python3");
      const found = needs("python-websockets", { env: { PATH: without }, folders: [system], say: silent });
      expect(found.path).toBe(join(system, "python3"));
    });

    test("reports a missing tool in one line that says how to install it", () => {
      const said: string[] = [];
      const need = needs("chromium", { env: { PATH: folder }, folders: [], say: (line) => said.push(line) });
      expect(need).toMatchObject({ skip: true, path: "" });
      expect(said).toEqual([`skipped in test/support/require.test.ts: ${need.reason}`]);
      expect(need.reason).toContain("apt-get install chromium");
    });

    test("reports tests that do not apply in one line, and others in none", () => {
      const said: string[] = [];
      const say = (line: string): void => void said.push(line);
      expect([skips(true, "the reason", say), skips(false, "no reason", say)]).toEqual([true, false]);
      expect(said).toEqual(["skipped in test/support/require.test.ts: the reason"]);
    });

    test("throws for a missing tool where all are required", () => {
      expect(() => needs("chromium", { env: { PARLOR_REQUIRE_ALL: "1" }, folders: [], say: silent })).toThrow(
        "PARLOR_REQUIRE_ALL=1 forbids",
      );
    });
  },
);

test("a test is skipped by needs or skips only, which say why", () => {
  const root = resolve(import.meta.dirname, "..");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const bare = /\.(?:runIf|skipIf)\((?!skips\(|\w+(?:\.skip)?\))/;
  const found = files.filter((name) => bare.test(readFileSync(join(root, name), "utf8")));
  expect(found).toEqual([]);
});
