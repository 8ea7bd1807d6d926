import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { sleep } from "../figures.ts";
import type { History } from "../history.ts";
import type { Random } from "../random.ts";
import type { ServedApp } from "../served-app.ts";

/** Bad days of the machine: signals, no free descriptors, helpers that are ended, readers that stop. */
export class Weather {
  readonly #app: ServedApp;
  readonly #random: Random;
  readonly #history: History;
  readonly #kinds: readonly [string, () => Promise<void>][];
  readonly done = new Map<string, number>();

  constructor(app: ServedApp, how: { readonly random: Random; readonly history: History }) {
    this.#app = app;
    this.#random = how.random;
    this.#history = how.history;
    this.#kinds = [
      ["SIGHUP", () => Promise.resolve(app.signal("SIGHUP"))],
      ["stop and continue", () => this.#stopAndContinue()],
      ["no descriptors", () => this.#withoutDescriptors()],
      ["esbuild ended", () => Promise.resolve(this.#endChildren(/esbuild/))],
      ["stopped reader", () => this.#stoppedReader()],
    ];
  }

  async run(until: number, every: number): Promise<void> {
    while (performance.now() < until) {
      const [name, act] = this.#random.pick(this.#kinds);
      this.#history.add("server", name);
      await act();
      this.done.set(name, (this.done.get(name) ?? 0) + 1);
      await sleep(this.#random.below(every));
    }
  }

  async #stopAndContinue(): Promise<void> {
    this.#app.signal("SIGSTOP");
    await sleep(500 + this.#random.below(2000));
    this.#app.signal("SIGCONT");
  }

  // The soft limit falls below what is open: nothing more can be opened until it is raised again.
  async #withoutDescriptors(): Promise<void> {
    const open = readdirSync(`/proc/${this.#app.pid}/fd`).length;
    const before = this.#limit(open);
    await sleep(500 + this.#random.below(2000));
    this.#limit(before);
  }

  #limit(count: number): number {
    const pid = String(this.#app.pid);
    const args = ["--pid", pid, "--nofile", "--output", "SOFT", "--noheadings", "--raw"];
    const before = Number(execFileSync("prlimit", args, { encoding: "utf8" }));
    execFileSync("prlimit", ["--pid", pid, `--nofile=${count}:`]);
    return before;
  }

  #endChildren(command: RegExp): void {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
      if (this.#isChild(pid, command)) process.kill(Number(pid), "SIGKILL");
  }

  #isChild(pid: string, command: RegExp): boolean {
    try {
      const parent = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[1];
      return parent === String(this.#app.pid) && command.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
    } catch {
      return false;
    }
  }

  async #stoppedReader(): Promise<void> {
    const client = await this.#app.open("/ws/one").catch(() => null);
    client?.stopReading();
    client?.send("version");
    await sleep(this.#random.below(2000));
    client?.destroy();
  }
}
