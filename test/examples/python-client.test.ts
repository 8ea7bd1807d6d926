import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import { CuttingProxy } from "../client/support/cutting-proxy.ts";
import { needs } from "../support/require.ts";
import { serveOn } from "../support/served-app.ts";

const python = needs("python-websockets");
const CLIENT = join(import.meta.dirname, "../../examples/python/parlor_client.py");
const MESSAGES = 60;

describe.skipIf(python.skip)("the client in Python", () => {
  it("gets each message once and in order, over lines that break, and ends its session", async () => {
    const app = await serveOn("inline", {
      "ws/a.js": `export const resume = 30;
        export const onMessage = (session, text) => session.send("echo " + text);`,
    });
    const proxy = await CuttingProxy.before(app.server.port);
    onTestFinished(() => proxy.close());
    const child = spawn(python.path, [CLIENT, `ws://127.0.0.1:${proxy.port}/ws/a`], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));

    for (let number = 0; number < MESSAGES; number += 1) {
      child.stdin.write(`${number}\n`);
      if (number % 20 !== 10) continue;
      const before = lines.length;
      await expect.poll(() => lines.length, { timeout: 10_000 }).toBeGreaterThan(before);
      proxy.cut("reset");
    }
    await expect.poll(() => lines.length, { timeout: 15_000 }).toBe(MESSAGES);
    expect(lines).toEqual(Array.from({ length: MESSAGES }, (_, number) => `echo ${number}`));
    expect(proxy.opened).toBeGreaterThan(2);
    expect(app.server.sessionCount).toBe(1);

    const ended = once(child, "exit");
    child.stdin.end();
    expect(await ended).toEqual([0, null]);
    await expect.poll(() => app.server.sessionCount).toBe(0);
  });

  it("gets what a room has kept, and after a lost session only what it has missed", async () => {
    const app = await serveOn("inline", {
      "ws/a.js": `export const history = { news: { size: 5, seconds: 60 } };
        export const onOpen = (session) => session.room("news").join({ history: true });
        export const onMessage = (session, text) => session.room("news").broadcast(text);`,
    });
    const { service } = app.server;
    service.room("news").broadcast("zero");
    const proxy = await CuttingProxy.before(app.server.port);
    onTestFinished(() => proxy.close());
    const child = spawn(python.path, [CLIENT, `ws://127.0.0.1:${proxy.port}/ws/a`], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
    child.stdin.write("one\n");
    await expect.poll(() => lines, { timeout: 10_000 }).toEqual(["zero", "one"]);
    proxy.cut("reset");
    await expect.poll(() => app.server.sessionCount).toBe(0);
    service.room("news").broadcast("two");
    await expect.poll(() => lines, { timeout: 10_000 }).toEqual(["zero", "one", "two"]);
    child.stdin.end();
  });
});
