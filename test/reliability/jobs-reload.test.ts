import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Gate } from "../support/gate.ts";
import { RunningApp, folderOf } from "../support/running-app.ts";

/** A job of every second whose first run waits at a gate, and that logs each step with its version. */
const job = (version: string, gate: Gate, schedule = "* * * * * *"): string => `
  export const schedule = "${schedule}";
  export async function run() {
    console.log("begins ${version}");
    const timer = setInterval(() => undefined, 1000);
    ${gate.wait}
    await new Promise((resolve) => setTimeout(resolve, 5));
    clearInterval(timer);
    console.log("ends ${version}");
  }`;

test("a run ends in its own version while its job is saved, renamed, removed and added again, and none overlaps it", async () => {
  const gate = await Gate.create();
  const dir = folderOf({
    "cron/job.js": job("a", gate),
    "http/version.js": "export const GET = () => new Response('1');",
  });
  const app = await RunningApp.serve(dir);
  await gate.reached();
  writeFileSync(join(dir, "cron/job.js"), job("b", gate));
  await app.server.reload();
  renameSync(join(dir, "cron/job.js"), join(dir, "cron/job.ts"));
  await app.server.reload();
  // A run that goes on for long holds up no reload of the scripts beside it.
  writeFileSync(join(dir, "http/version.js"), "export const GET = () => new Response('2');");
  await app.server.reload();
  expect(await app.text("/version")).toBe("2");
  rmSync(join(dir, "cron/job.ts"));
  await app.server.reload();
  writeFileSync(join(dir, "cron/job.js"), job("c", gate));
  await app.server.reload();
  await app.logged(/was still running when it was due again/);
  gate.open();
  await app.logged(/^ends a$/);
  await app.logged(/^ends c$/);
  expect(app.log.texts.filter((text) => /^(?:begins|ends)/.test(text)).slice(0, 4)).toEqual([
    "begins a",
    "ends a",
    "begins c",
    "ends c",
  ]);
});

test("an HTTP route is served by its renamed file, and by a file in a folder of its name", async () => {
  const route = (version: string): string => `export const GET = () => new Response("${version}");`;
  const dir = folderOf({ "http/tea.js": route("a") });
  const app = await RunningApp.serve(dir);
  expect(await app.text("/tea")).toBe("a");
  rmSync(join(dir, "http/tea.js"));
  writeFileSync(join(dir, "http/tea.ts"), route("b"));
  await app.server.reload("/tea");
  expect(await app.text("/tea")).toBe("b");
});
