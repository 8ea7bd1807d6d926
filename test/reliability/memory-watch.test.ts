import { expect, test } from "vitest";
import { RunningApp, folderOf } from "../support/running-app.ts";

const MEBIBYTE = 1024 * 1024;

// Whatever is thrown on this thread, it goes on.
const STUBBORN = `
import v8 from "node:v8";
import { syncBuiltinESMExports } from "node:module";
process.on("uncaughtException", () => {});
v8.getHeapStatistics = () => ({ used_heap_size: 0, external_memory: 0 });
process.memoryUsage = () => ({ arrayBuffers: 0 });
syncBuiltinESMExports();
`;

const LEAK = `
export const scope = "route";
const kept = [];
export function onMessage(session, text) {
  session.send(text);
  if (text === "leak") setInterval(() => kept.push(Buffer.alloc(4e6, 1)), 20);
  if (text === "leak beside") globalThis.setInterval(() => kept.push(Buffer.alloc(4e6, 1)), 20);
}
export function onReload(session, reason) { session.send("reloaded " + reason); }
`;

async function start(script: string) {
  const dir = folderOf({ "ws/leak.js": script });
  const app = await RunningApp.serve(dir, { memoryLimit: 100 * MEBIBYTE });
  const client = app.connect("/ws/leak");
  client.send("hello");
  expect(await client.next()).toBe("hello");
  return { app, client };
}

test.each(["leak", "leak beside"])(
  "a thread that catches every error, replaces what measures memory and does '%s' is stopped at its limit",
  async (what) => {
    const { app, client } = await start(STUBBORN + LEAK);
    client.send(what);
    expect(await client.next()).toBe(what);
    const { text } = await app.logged(/crashed/);
    expect(text).toMatch(/more than memoryLimit \(100 MiB\)/);
    expect(Number(/used (\d+) MiB/.exec(text)?.[1])).toBeLessThan(600);
    client.send("back");
    expect(await client.next()).toBe("reloaded crash");
    expect(await client.next()).toBe("back");
  },
);
