import { VirtualClock } from "./virtual-clock.ts";
import type { Loop } from "../../src/boundary/clock.ts";

/** A thread in virtual time: a turn of its loop takes almost none; an action that blocks advances the clock. */
export class VirtualThread {
  readonly clock = new VirtualClock();
  readonly loop: Loop = {
    atTurnEnd: (action) => void this.#actions.push(action),
    afterMicrotasks: (action) => void this.#actions.push(action),
  };
  #actions: (() => void)[] = [];
  #arrivals: { readonly at: number; readonly action: () => void }[] = [];

  /** Schedules an event from outside: its action runs at the first turn of the loop from this time on. */
  arrives(at: number, action: () => void): void {
    this.#arrivals.push({ at, action });
    this.#arrivals.sort((a, b) => a.at - b.at);
  }

  /** Runs the loop for `ms`; a turn with actions takes `turn` ms. */
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
