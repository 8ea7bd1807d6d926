import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { connect } from "../support/client.ts";
import { folderOf } from "../support/running-app.ts";

const BIN = new URL("../../bin/parlor.js", import.meta.url).pathname;

const LOOP = `
export const isolation = "process";
export function onMessage(session) {
  session.send("now");
  console.log("pid " + process.pid);
  setTimeout(() => { for (;;); }, 1500);
}`;

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Resolves with what the pattern finds in what a process prints. */
function printed(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = pattern.exec(text);
      if (found !== null) resolve(found[1] ?? found[0]);
    });
  });
}

test.skipIf(!existsSync("/proc"))(
  "a process that loops does not outlive a server that was killed",
  async () => {
    const dir = folderOf({ "ws/loop.js": LOOP, "parlor.config.js": "export default { hangLimit: 60_000 };" });
    const server = spawn(process.execPath, [BIN, "serve", dir, "--port", "0"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = printed(server.stderr, /pid (\d+)/);
    const url = await printed(server.stdout, /(http:\/\/[\d.]+:\d+)/);
    const client = connect(`${url.replace("http", "ws")}/ws/loop`);
    client.send("go");
    expect(await client.next()).toBe("now");
    const pid = Number(await said);
    // When the loop has begun, nothing that the process is told reaches it.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    server.kill("SIGKILL");
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  },
  30_000,
);

const POLITE = `
export const isolation = "process";
export function onMessage(session) { session.send("hello"); }
export function onClose() { console.log("told of the end"); }`;

test.skipIf(process.platform === "win32")(
  "Ctrl-C, which all processes of a terminal get, tells the sessions of a process first",
  async () => {
    const dir = folderOf({ "ws/polite.js": POLITE });
    const server = spawn(process.execPath, [BIN, "serve", dir, "--port", "0"], {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let log = "";
    server.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
    const ended = new Promise((resolve) => server.once("close", resolve));
    const url = await printed(server.stdout, /(http:\/\/[\d.]+:\d+)/);
    const client = connect(`${url.replace("http", "ws")}/ws/polite`);
    client.send("hi");
    expect(await client.next()).toBe("hello");
    process.kill(-(server.pid ?? 0), "SIGINT");
    expect((await client.closed).code).toBe(1001);
    await ended;
    expect(log).toContain("told of the end");
    expect(log).not.toContain("restarting");
  },
  30_000,
);
