import { sleep } from "./figures.ts";
import type { History } from "./history.ts";
import type { Random } from "./random.ts";
import type { ServedApp } from "./served-app.ts";
import { brokenScripts, talkRoutes, talkScript } from "./talk-scripts.ts";

/** A reload that takes longer fails the soak, ms: pending handlers have a grace of 5 s. */
const PATIENCE = 30_000;

/** Writes new versions of scripts and reloads them, at random; one in ten does not load. */
export class Reloader {
  readonly #app: ServedApp;
  readonly #random: Random;
  readonly #history: History;
  readonly #every: number;
  readonly failures: string[] = [];
  count = 0;
  broken = 0;

  constructor(
    app: ServedApp,
    how: { readonly random: Random; readonly history: History; readonly every: number },
  ) {
    this.#app = app;
    this.#random = how.random;
    this.#history = how.history;
    this.#every = how.every;
  }

  async run(until: number): Promise<void> {
    while (performance.now() < until && this.failures.length === 0) {
      const pause = this.#random.below(this.#every);
      await this.#reloadOne();
      await sleep(pause);
    }
  }

  async #reloadOne(): Promise<void> {
    const route = this.#random.pick(talkRoutes);
    const isBroken = this.#random.below(10) === 0;
    const broken = this.#random.pick(brokenScripts);
    if (isBroken) this.broken += 1;
    else this.count += 1;
    this.#app.write(`ws/${route.name}.js`, isBroken ? broken : talkScript(route, this.count));
    this.#history.add(route.name, isBroken ? "reload, broken" : `reload, version ${this.count}`);
    const tooLong = sleep(PATIENCE).then(() => Promise.reject(new Error(`it took more than ${PATIENCE} ms`)));
    try {
      await Promise.race([this.#app.reload(), tooLong]);
      this.#history.add(route.name, "reloaded");
    } catch (error) {
      this.failures.push(`reload of ${route.name}: ${String(error)}`);
      this.#history.add(route.name, `GONE: ${String(error)}`);
    }
    tooLong.catch(() => undefined);
  }
}
