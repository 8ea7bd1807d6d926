import type { Attack } from "./faults.ts";
import { sleep, within } from "./figures.ts";
import type { History } from "./history.ts";
import type { Random } from "./random.ts";
import type { ServedApp } from "./served-app.ts";
import type { TalkGroup } from "./talk-group.ts";

/** A route that is away for longer counts as gone, ms. */
const PATIENCE = 30_000;

/** Attacks one route in all ways, again and again, in an order that the seed decides. */
export class Injector {
  readonly #app: ServedApp;
  readonly #group: TalkGroup;
  readonly #random: Random;
  readonly #history: History;
  readonly #attacks: readonly Attack[];
  readonly done = new Set<string>();
  readonly failures: string[] = [];
  count = 0;

  constructor(
    app: ServedApp,
    group: TalkGroup,
    how: { readonly random: Random; readonly history: History; readonly attacks: readonly Attack[] },
  ) {
    this.#app = app;
    this.#group = group;
    this.#random = how.random;
    this.#history = how.history;
    this.#attacks = how.attacks;
  }

  /** How many attacks there are. */
  get all(): number {
    return this.#attacks.length;
  }

  async run(until: number): Promise<void> {
    while (this.#attacks.length > 0) {
      for (const attack of this.#random.shuffled(this.#attacks)) {
        if (performance.now() >= until || this.failures.length > 0) return;
        await this.#do(attack);
      }
    }
  }

  async #do(attack: Attack): Promise<void> {
    const [attacker, witness] = [this.#random.below(this.#group.size), this.#random.below(this.#group.size)];
    const [isAwaited, pause] = [this.#random.below(4) > 0, this.#random.below(100)];
    const what = `${attack.kind} ${attack.point}`;
    this.#history.add(this.#group.route.name, `${what} by ${attacker}`);
    await this.#strike(attack, attacker);
    this.done.add(what);
    this.count += 1;
    if (isAwaited) await this.#untilBack(what, witness);
    await sleep(pause);
  }

  async #strike({ kind, point }: Attack, attacker: number): Promise<void> {
    if (point === "outside") return this.#signal(kind === "killed" ? "SIGKILL" : "SIGSTOP", attacker);
    if (!point.endsWith("close")) return this.#group.send(attacker, `fault ${kind} ${point}`);
    const path = `/ws/${this.#group.route.name}?last=${kind}-at-${point}`;
    try {
      (await this.#app.open(path)).close();
    } catch (error) {
      // While a route hangs, a handshake may time out.
      this.#history.add(this.#group.route.name, `no entry: ${String(error)}`);
    }
  }

  async #signal(signal: NodeJS.Signals, attacker: number): Promise<void> {
    const pid = await Promise.race([this.#group.pid(attacker), sleep(5000)]);
    if (pid === undefined) return;
    try {
      process.kill(pid, signal);
      this.#group.signals += 1;
    } catch {
      // The process has ended already.
    }
  }

  async #untilBack(what: string, witness: number): Promise<void> {
    const isBack = this.#group.sayCertain(witness);
    if (await within(PATIENCE, isBack)) return;
    const failure = `${this.#group.route.name} was not back ${PATIENCE / 1000} s after ${what}`;
    this.#history.add(this.#group.route.name, `GONE: ${failure}`);
    this.failures.push(failure);
  }
}
