import { VirtualClock } from "./virtual-clock.ts";
import type { Loop } from "../../src/boundary/clock.ts";

/** A thread in virtual time: its turns take next to none, a block is time that passes. */
export class VirtualThread {
  readonly clock = new VirtualClock();
  readonly loop: Loop = {
    atTurnEnd: (action) => void this.#actions.push(action),
    afterMicrotasks: (action) => void this.#actions.push(action),
  };
  #actions: (() => void)[] = [];
  #arrivals: { readonly at: number; readonly action: () => void }[] = [];

  /** Something comes from outside at this time: it is seen when the loop turns, and not before. */
  arrives(at: number, action: () => void): void {
    this.#arrivals.push({ at, action });
    this.#arrivals.sort((a, b) => a.at - b.at);
  }

  /** Lives for some ms; a turn of the loop takes this many. */
  live(ms: number, turn = 0.01): void {
    const end = this.clock.ticks() + ms;
    while (this.clock.ticks() < end) {
      this.#receive();
      const actions = this.#actions.splice(0);
      for (const action of actions) action();
      this.clock.advance(actions.length > 0 ? turn : Math.min(0.5, end - this.clock.ticks()));
    }
  }

  #receive(): void {
    while ((this.#arrivals[0]?.at ?? Infinity) <= this.clock.ticks()) this.#arrivals.shift()?.action();
  }
}
