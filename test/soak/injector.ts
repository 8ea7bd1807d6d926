import type { Attack } from "./faults.ts";
import { sleep, within } from "./figures.ts";
import type { History } from "./history.ts";
import type { Random } from "./random.ts";
import type { ServedApp } from "./served-app.ts";
import type { TalkGroup } from "./talk-group.ts";

/** For how long a route may be away before it counts as gone, ms. */
const PATIENCE = 30_000;

/** Does everything to one route that can be done to it, in an order that its seed decides, again and again. */
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

  /** How many different attacks there are. */
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
      // While a route hangs, handshakes may take longer than they have.
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
      // Something else has ended it.
    }
  }

  async #untilBack(what: string, witness: number): Promise<void> {
    const isBack = this.#group.saySurely(witness);
    if (await within(PATIENCE, isBack)) return;
    const failure = `${this.#group.route.name} was not back ${PATIENCE / 1000} s after ${what}`;
    this.#history.add(this.#group.route.name, `GONE: ${failure}`);
    this.failures.push(failure);
  }
}
