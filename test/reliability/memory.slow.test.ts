import { describe, expect, test } from "vitest";
import type { Client } from "../support/client.ts";
import { RunningApp, folderOf } from "../support/running-app.ts";

const SCRIPT = (isolation: string) => `
export const isolation = "${isolation}";
export const scope = "route";
const kept = [], map = new Map();
const rows = (count) => { for (let i = 0; i < count; i += 1) kept.push({ a: i, text: "x" + i }); };
const leaks = {
  objects: () => { for (;;) kept.push({ a: [1, 2, 3], text: "x".repeat(10) + kept.length }); },
  array: () => { const all = []; for (;;) all.push(all.length); },
  map: () => { for (let i = 0; ; i += 1) map.set(i, i); },
  filled: () => { for (;;) kept.push(new Array(5e6).fill(1)); },
  buffers: () => { for (;;) kept.push(Buffer.alloc(1e6, 1)); },
  abort: () => process.abort(),
  kill: () => process.kill(process.pid, "SIGKILL"),
  "a little": () => rows(100_000),
  "a buffer": () => kept.push(Buffer.alloc(8e6, 1)),
};
export function onMessage(session, text) {
  leaks[text]?.();
  session.send(text);
}
export function onReload(session, reason) { session.send("reloaded " + reason); }
`;

async function start(isolation: "thread" | "process", mebibytes = 128) {
  const dir = folderOf({ "ws/leak.js": SCRIPT(isolation), "ws/beside.js": SCRIPT("thread") });
  const app = await RunningApp.serve(dir, { memoryLimit: mebibytes * 1024 * 1024 });
  const [leak, beside] = [app.connect("/ws/leak"), app.connect("/ws/beside")];
  leak.send("hello");
  expect(await leak.next()).toBe("hello");
  return { app, leak, beside };
}

/** All sessions are still connected, and both routes serve. */
async function expectServing(app: RunningApp, leak: Client, beside: Client): Promise<void> {
  leak.send("back");
  const received = [];
  do received.push(await leak.next());
  while (received.at(-1) !== "back");
  expect(received.join()).toMatch(/reloaded (crash|hang)/);
  beside.send("unharmed");
  expect(await beside.next()).toBe("unharmed");
  expect((await app.health()).sessions).toBe(2);
}

describe("a process host that runs out of memory or is killed", () => {
  test.each(["objects", "array", "map", "filled", "buffers", "abort", "kill"])(
    "%s in a process closes no session",
    async (what) => {
      const { app, leak, beside } = await start("process");
      leak.send(what);
      await app.logged(/crashed .*(memoryLimit|out of memory|SIGKILL|SIGABRT)/);
      await expectServing(app, leak, beside);
    },
  );
});

describe("a thread that runs out of memory", () => {
  test("a thread whose handler leaks small objects is stopped, and closes no session", async () => {
    const { app, leak, beside } = await start("thread", 64);
    leak.send("objects");
    // Near its limit V8 does little but collect: it may look like a hang.
    await app.log.find(/(crashed|was stopped) .*(memory|no progress)/, 15_000);
    await expectServing(app, leak, beside);
  });

  test.each(["a little", "a buffer"])(
    "a thread that leaks %s with every message is stopped at its limit",
    async (what) => {
      const { app, leak, beside } = await start("thread");
      const ended = app.logged(/crashed .*more than memoryLimit/);
      let isEnded = false;
      void ended.then(() => (isEnded = true));
      while (!isEnded) {
        leak.send(what);
        await leak.next();
      }
      leak.send("back");
      while ((await leak.next()) !== "back");
      beside.send("unharmed");
      expect(await beside.next()).toBe("unharmed");
      expect((await app.health()).sessions).toBe(2);
    },
  );
});
