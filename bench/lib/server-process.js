import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { residentBytes } from "./proc.js";

const READY_LIMIT_MS = 15_000;
const STOP_LIMIT_MS = 3000;
const GC_LIMIT_MS = 10_000;

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const settle = (accepted) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}

/** A peer's server as a child process. */
export class ServerProcess {
  port;
  protocol;
  /** The wall clock at the moment of the spawn, in milliseconds. */
  startedAt;
  #child;
  #exit;
  #output = "";
  #heap = null;

  constructor(peer, port, collectable) {
    const [file, ...args] = peer.command({ port, collectable });
    this.port = port;
    this.protocol = peer.protocol;
    this.startedAt = performance.timeOrigin + performance.now();
    const env = { ...process.env, PORT: String(port), NODE_ENV: "production" };
    this.#child = spawn(file, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    // An interrupted run leaves no server behind.
    const kill = () => this.#child.kill("SIGKILL");
    process.once("exit", kill);
    this.#exit = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.once("close", () => process.off("exit", kill));
    this.#child.once("error", (error) => this.#keep(error.message));
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.on("data", (data) => this.#keep(data));
  }

  /** Starts a peer without waiting for it. */
  static async spawn(peer, { collectable = false } = {}) {
    return new ServerProcess(peer, await freePort(), collectable);
  }

  /** Starts a peer and waits until its port accepts connections. */
  static async start(peer, options) {
    const server = await ServerProcess.spawn(peer, options);
    try {
      await server.#ready();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get pid() {
    return this.#child.pid;
  }

  /** Collects garbage in the server; returns what it then holds, in bytes. */
  async collect() {
    this.#heap = null;
    this.#child.kill("SIGWINCH");
    for (let waited = 0; this.#heap === null; waited += 20) {
      if (waited > GC_LIMIT_MS) throw new Error("it did not collect its garbage when told to");
      await sleep(20);
    }
    return { heap: this.#heap, rss: residentBytes(this.pid) };
  }

  /** Rejects, with what the server said last, if it ends by itself. */
  async untilItFails() {
    await this.#exit;
    throw new Error(`it ended: ${this.#lastLine()}`);
  }

  async stop() {
    if (this.#ended) return;
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_LIMIT_MS);
    await this.#exit;
    clearTimeout(timer);
  }

  get #ended() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined;
  }

  #keep(data) {
    const collected = String(data).match(/bench-gc (\d+)\n/);
    if (collected) this.#heap = Number(collected[1]);
    if (this.#output.length < 65_536) this.#output += data;
  }

  async #ready() {
    const end = performance.now() + READY_LIMIT_MS;
    while (!(await accepts(this.port))) {
      if (this.#ended) throw new Error(`it ended at once: ${this.#lastLine()}`);
      if (performance.now() > end) throw new Error(`it did not listen within ${READY_LIMIT_MS / 1000} s`);
      await sleep(10);
    }
  }

  #lastLine() {
    const lines = this.#output.split("\n").filter((line) => line.trim() !== "");
    return lines.find((line) => line.includes("Error")) ?? lines.at(-1) ?? "it printed nothing";
  }
}
