// A Redis of the benchmark, on a port of its own, with an empty folder.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export class Engine {
  #dir = mkdtempSync(join(tmpdir(), "parlor-bench-"));
  #port = 20_000 + (process.pid % 20_000);
  #child = null;

  get url() {
    return `redis://127.0.0.1:${this.#port}`;
  }

  async start() {
    const args = ["--port", String(this.#port), "--bind", "127.0.0.1", "--dir", this.#dir];
    this.#child = spawn("redis-server", [...args, "--save", "", "--appendonly", "no"], { stdio: "ignore" });
    const kill = () => this.#child.kill("SIGKILL");
    process.once("exit", kill);
    while (!(await accepts(this.#port))) {
      if (this.#child.exitCode !== null) throw new Error("redis-server does not start");
      await sleep(5);
    }
  }

  async kill() {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  /** Cuts the connections of all subscribers. */
  cut() {
    const args = ["-p", String(this.#port), "client", "kill", "type", "pubsub"];
    if (spawnSync("redis-cli", args).status !== 0) throw new Error("redis-cli failed");
  }

  async stop() {
    await this.kill();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
