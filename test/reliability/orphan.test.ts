import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connect } from "../support/client.ts";
import { folderOf } from "../support/running-app.ts";
import { skips } from "../support/require.ts";

const BIN = new URL("../../bin/parlor.js", import.meta.url).pathname;

// The file holds the process id once the loop is the next statement.
const loop = (file: string): string => `
import { renameSync, writeFileSync } from "node:fs";
export const isolation = "process";
export function onMessage() {
  writeFileSync("${file}.part", String(process.pid));
  renameSync("${file}.part", "${file}");
  for (;;);
}`;

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Resolves with the first match in the output of a process. */
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

test.skipIf(skips(!existsSync("/proc"), "this system has no /proc"))(
  "a process host that loops ends when its server is killed",
  async () => {
    const dir = folderOf({ "parlor.config.js": "export default { hangLimit: 60_000 };" });
    const file = join(dir, "looping");
    mkdirSync(join(dir, "ws"));
    writeFileSync(join(dir, "ws/loop.js"), loop(file));
    const server = spawn(process.execPath, [BIN, "serve", dir, "--port", "0"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const url = await printed(server.stdout, /(http:\/\/[\d.]+:\d+)/);
    connect(`${url.replace("http", "ws")}/ws/loop`).send("go");
    await expect.poll(() => existsSync(file), { timeout: 10_000 }).toBe(true);
    const pid = Number(readFileSync(file, "utf8"));
    server.kill("SIGKILL");
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  },
  30_000,
);

const POLITE = `
export const isolation = "process";
export function onMessage(session) { session.send("hello"); }
export function onClose() { console.log("onClose has run"); }`;

test.skipIf(skips(process.platform === "win32", "Windows has no signals"))(
  "the sessions of a process host are closed before it ends by Ctrl-C, which all processes of a terminal get",
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
    expect(log).toContain("onClose has run");
    expect(log).not.toContain("restarting");
  },
  30_000,
);
