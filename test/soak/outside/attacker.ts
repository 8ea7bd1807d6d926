import { sleep } from "../figures.ts";
import type { History } from "../history.ts";
import type { Random } from "../random.ts";
import type { ServedApp } from "../served-app.ts";
import { attacks, type Attack } from "./attacks.ts";

/** Attacks one route in all ways, by clients of its own, in an order that the seed decides. */
export class Attacker {
  readonly #app: ServedApp;
  readonly #route: string;
  readonly #random: Random;
  readonly #history: History;
  readonly #wanted: readonly Attack[];
  readonly done = new Set<string>();
  count = 0;

  constructor(
    app: ServedApp,
    route: string,
    how: { readonly random: Random; readonly history: History; readonly faults: RegExp },
  ) {
    this.#app = app;
    this.#route = route;
    this.#random = how.random;
    this.#history = how.history;
    this.#wanted = attacks.filter(({ kind, point }) => how.faults.test(`${kind} ${point}`));
  }

  async run(until: number, every: number): Promise<void> {
    while (this.#wanted.length > 0)
      for (const attack of this.#random.shuffled(this.#wanted)) {
        if (performance.now() >= until) return;
        await this.#attack(attack);
        await sleep(this.#random.below(every));
      }
  }

  async #attack({ kind, point }: Attack): Promise<void> {
    this.#history.add(this.#route, `${kind} ${point}`);
    try {
      const client = await this.#app.open(`/ws/${this.#route}`);
      client.send(`fault ${kind} ${point}`);
      await sleep(this.#random.below(200));
      if (this.#random.below(2) === 0) client.destroy();
      else client.close();
    } catch (error) {
      // While a route hangs or has no descriptor left, a handshake may fail.
      this.#history.add(this.#route, `no entry: ${String(error)}`);
    }
    this.done.add(`${kind} ${point}`);
    this.count += 1;
  }
}
