import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../docs/blocks.ts";
import { startUntil } from "./timed-runner.ts";

const FILE = "test/boundary/text/plural.test.ts";

/** Runs one test file of this project in a Vitest of its own. */
function runFile(until: string): { output: string; error: string; code: number | null } {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const env = { ...process.env, PARLOR_START_UNTIL: until, NO_COLOR: "1" };
  const { stdout, stderr, status } = spawnSync(process.execPath, [vitest, "run", FILE], {
    ...{ cwd: root, env, encoding: "utf8", timeout: 25_000 },
  });
  return { output: stdout, error: stderr, code: status };
}

test("a file that would start too late is named and skipped", () => {
  const { output, error, code } = runFile(String(Date.now() - 1));
  expect(error).toContain(`left out for time: ${FILE}\n`);
  expect(output).toMatch(/Test Files\s+1 skipped \(1\)/);
  expect(code).toBe(0);
});

test("a file that starts in time is run", () => {
  const { output, error } = runFile(String(Date.now() + 60_000));
  expect(error).not.toContain("left out");
  expect(output).toMatch(/Test Files\s+1 passed \(1\)/);
});

test("without a limit, files may start at any time", () => {
  expect(startUntil({})).toBe(Infinity);
  expect(startUntil({ PARLOR_START_UNTIL: "1000" })).toBe(1000);
});

test.each(["", "soon", "NaN"])("the limit %o is refused", (limit) => {
  expect(() => startUntil({ PARLOR_START_UNTIL: limit })).toThrow("must be ms since 1970");
});
