import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bundleScript, stopBundler } from "../../../src/load/bundle/bundle.ts";
import { BundlerProcess } from "../../../src/load/bundle/bundler-process.ts";
import { collectGarbage } from "../../support/garbage.ts";
import { folderOf } from "../../support/running-app.ts";

afterAll(() => stopBundler());

function bundlers(): number[] {
  const threads = readdirSync("/proc/self/task");
  const lists = threads.map((thread) => readFileSync(`/proc/self/task/${thread}/children`, "utf8"));
  const children = lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
  return children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("esbuild"));
}

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
  stopBundler();
  await expect(building).rejects.toThrow(/it was stopped/);
  await expect.poll(bundlers).not.toContain(suspended);
});

test("a result that is not used is collected, however long the bundler lives", async () => {
  const bundler = new BundlerProcess();
  const build = async (): Promise<WeakRef<object>> =>
    new WeakRef(await bundler.build({ stdin: { contents: "1" }, write: false }));
  const results = [await build(), await build(), await build()];
  await new Promise(setImmediate);
  await collectGarbage();
  // The last one may still be on the stack.
  expect(results.slice(0, 2).map((result) => result.deref())).toEqual([undefined, undefined]);
  bundler.stop();
});
