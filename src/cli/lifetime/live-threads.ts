// CLI: the threads of this process that have not ended.
import type { Worker } from "node:worker_threads";
import { isExitGuard } from "./exit-guard.ts";

/** Notes every thread that this process starts from now on. */
export class LiveThreads {
  readonly #threads = new Set<Worker>();

  constructor() {
    process.on("worker", (thread) => {
      if (isExitGuard(thread)) return;
      this.#threads.add(thread);
      thread.once("exit", () => this.#threads.delete(thread));
    });
  }

  /** Ends all threads. Resolves with whether they have ended within `ms`: a thread in a system call never does. */
  async end(ms: number): Promise<boolean> {
    const ends = Array.from(this.#threads, (thread) => thread.terminate());
    const late = new Promise((resolve) => setTimeout(resolve, ms));
    await Promise.race([Promise.all(ends), late]);
    return this.#threads.size === 0;
  }
}
