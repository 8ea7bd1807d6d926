import { expect, test, vi } from "vitest";
import { topLines } from "../../../src/cli/print/top-lines.ts";
import type { ScriptStatus } from "../../../src/server/serve.ts";
import type { RunningApp } from "../../support/running-app.ts";
import { serveOn } from "../../support/served-app.ts";

const FILL = `export const onMessage = () => { for (const all = [];;) all.push(new Array(1e5).fill(0)); };`;
const WORK = `export const onMessage = (session, text) => {
  let sum = 0;
  for (let number = 0; number < 3e8; number += 1) sum += number % 7;
  session.send(text + sum);
};`;
const THROWS = `export const GET = () => { throw new Error("broken"); };`;
const WORKS = `export const GET = () => new Response("ok");`;
const DEADLINE = { timeout: 20_000, interval: 50 };

function statusOf(app: RunningApp, script: string): ScriptStatus {
  const found = app.server.status.scripts.find((status) => status.script === script);
  if (found === undefined) throw new Error(`no status of ${script}`);
  return found;
}

test("a script whose memory ran out three times has these restarts, with their reason, in top and health", async () => {
  const app = await serveOn("thread", { "ws/fill.js": FILL }, { memoryLimit: 67_108_864 });
  for (let count = 1; count <= 3; count += 1) {
    const client = await app.open("/ws/fill");
    client.send("now");
    await vi.waitFor(() => expect(app.server.health.restarts).toBeGreaterThanOrEqual(count), DEADLINE);
    client.terminate();
  }
  // A message that may have filled the memory comes once more, so there may be more than three.
  const { status, health } = app.server;
  const { restarts, restartReasons } = status.scripts[0]!;
  expect(restarts).toBeGreaterThanOrEqual(3);
  expect(restartReasons).toEqual({ crash: 0, hang: 0, memory: restarts });
  expect(health.restarts).toBe(restarts);
  const sample = { status, at: 0 };
  const lines = topLines(sample, sample, { columns: 80, style: (_, text) => text });
  expect(lines.at(-1)).toMatch(new RegExp(`^/ws/fill .* ${restarts} memory`));
});

test.each(["thread", "process"] as const)(
  "the status of a script on a %s has its memory and how long it was busy",
  async (isolation) => {
    const app = await serveOn(isolation, { "ws/work.js": WORK });
    expect(statusOf(app, "ws/work.js")).toMatchObject({ memory: null, busy: null });
    const client = await app.open("/ws/work");
    const before = statusOf(app, "ws/work.js").busy ?? 0;
    client.send("a");
    await client.next();
    await vi.waitFor(() => {
      const { memory, busy } = statusOf(app, "ws/work.js");
      expect(memory).toBeGreaterThan(1_000_000);
      expect((busy ?? 0) - before).toBeGreaterThan(20);
    }, DEADLINE);
  },
);

test("functions in the server's own thread have no memory and no busy time of their own", async () => {
  const app = await serveOn("inline", { "ws/work.js": WORK });
  const client = await app.open("/ws/work");
  client.send("a");
  await client.next();
  expect(statusOf(app, "ws/work.js")).toMatchObject({ memory: null, busy: null, sessions: 1 });
});

test("faults are counted for the script that threw, not for others on its thread", async () => {
  const app = await serveOn("thread", { "http/bad.js": THROWS, "http/good.js": WORKS });
  for (const path of ["/bad", "/good", "/bad"]) await (await app.fetch(path)).text();
  await vi.waitFor(() => expect(app.server.health.faults).toBe(2), DEADLINE);
  expect(statusOf(app, "http/bad.js").faults).toBe(2);
  expect(statusOf(app, "http/good.js").faults).toBe(0);
});
