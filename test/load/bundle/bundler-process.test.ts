import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bundleScript, holdBundler } from "../../../src/load/bundle/bundle.ts";
import { bundler, BundlerProcess } from "../../../src/load/bundle/bundler-process.ts";
import { bundlers } from "../../support/bundlers.ts";
import { collectGarbage } from "../../support/garbage.ts";
import { folderOf } from "../../support/running-app.ts";

const release = holdBundler();
afterAll(release);

function script(code: string) {
  const root = folderOf({});
  mkdirSync(join(root, "ws"));
  const file = join(root, "ws/a.js");
  writeFileSync(file, code);
  return () => bundleScript({ kind: "ws", name: "ws/a.js", file, route: "/ws/a" }, { root });
}

test.each(["SIGKILL", "SIGHUP"] as const)("a bundler that %s has ended is started again", async (signal) => {
  const bundle = script("export const onMessage = () => 1;");
  expect(await bundle()).toHaveProperty("code");
  const [first = 0] = bundlers();
  process.kill(first, signal);
  const results = await Promise.all([bundle(), bundle(), bundle()]);
  for (const result of results) expect(result).toHaveProperty("code");
  expect(bundlers()).not.toContain(first);
});

test("stopping fails the builds of a bundler that is suspended, and ends it", async () => {
  const bundle = script("export const onMessage = () => 1;");
  await bundle();
  const [suspended = 0] = bundlers();
  process.kill(suspended, "SIGSTOP");
  const building = bundle();
  bundler.stop();
  await expect(building).rejects.toThrow(/it was stopped/);
  await expect.poll(bundlers).not.toContain(suspended);
});

test("a bundler that two users hold ends with the second one", async () => {
  const bundle = script("export const onMessage = () => 1;");
  const other = holdBundler();
  await bundle();
  const before = bundlers();
  other();
  other();
  expect(await bundle()).toHaveProperty("code");
  expect(bundlers()).toEqual(before);
});

test("a result that is not used is collected, however long the bundler lives", async () => {
  const own = new BundlerProcess();
  const build = async (): Promise<WeakRef<object>> =>
    new WeakRef(await own.build({ stdin: { contents: "1" }, write: false }));
  const results = [await build(), await build(), await build()];
  await new Promise(setImmediate);
  await collectGarbage();
  // The last one may still be on the stack.
  expect(results.slice(0, 2).map((result) => result.deref())).toEqual([undefined, undefined]);
  own.stop();
});
