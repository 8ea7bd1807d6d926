import { least, sleep } from "../figures.ts";
import type { ServedApp } from "../served-app.ts";

/** Samples the server's resident memory. */
export class MemoryLine {
  readonly #app: ServedApp;
  readonly #samples: number[] = [];

  constructor(app: ServedApp) {
    this.#app = app;
  }

  async run(until: number): Promise<void> {
    while (performance.now() < until && this.#app.end === null) {
      this.#samples.push(this.#app.residentMebibytes());
      await sleep(500);
    }
  }

  /** The least of each third, MiB: what is always held, without what an attack takes for a while. */
  get floors(): readonly number[] {
    const third = Math.ceil(this.#samples.length / 3);
    return [0, 1, 2].map((at) => least(this.#samples.slice(at * third, (at + 1) * third)));
  }
}
