import type { ScriptEvent } from "../../boundary/events.ts";
import type { HostSession } from "../api/host-session.ts";
import type { Clock, Timer } from "../../boundary/clock.ts";

/** An event whose handler has returned a promise. */
export interface Parked {
  readonly event: ScriptEvent;
  readonly number: number;
  readonly session: HostSession | null;
}

/** A handler whose promise has not settled. */
export interface PendingHandler {
  readonly number: number;
  readonly since: number;
  /** Called once: when the promise settles, or when it is given up. */
  readonly finish: (givenUp: boolean) => void;
}

/** The handlers that wait for a promise, each given up after a time, so that what comes behind them always comes. */
export class PendingHandlers {
  readonly #handlers = new Map<number, PendingHandler>();
  readonly #clock: Clock;
  readonly #limit: number;
  #sweep: Timer | null = null;
  /** Below the numbers of all events. */
  #unnumbered = 0;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  get size(): number {
    return this.#handlers.size;
  }

  /** `lasts`: it may take all the time it wants. */
  add(number: number, finish: (givenUp: boolean) => void, lasts = false): void {
    this.#handlers.set(number, { number, since: lasts ? Infinity : this.#clock.ticks(), finish });
    this.#plan();
  }

  /** The promise has settled; false when it had been given up. */
  settle(number: number): boolean {
    return this.#handlers.delete(number);
  }

  /** Settles when the promise does, or when it is given up; for what has no number of its own. */
  bounded(promise: PromiseLike<unknown>, onGivenUp: () => unknown): Promise<void> {
    this.#unnumbered -= 1;
    const number = this.#unnumbered;
    return new Promise((resolve) => {
      this.add(number, () => {
        onGivenUp();
        resolve();
      });
      void promise.then(() => {
        this.settle(number);
        resolve();
      });
    });
  }

  end(): void {
    this.#sweep?.cancel();
    this.#handlers.clear();
  }

  #plan(): void {
    if (this.#limit > 0) this.#sweep ??= this.#clock.after(this.#limit / 10, this.#giveUp);
  }

  readonly #giveUp = (): void => {
    this.#sweep = null;
    const latest = this.#clock.ticks() - this.#limit;
    for (const handler of [...this.#handlers.values()]) {
      if (handler.since > latest) continue;
      this.#handlers.delete(handler.number);
      handler.finish(true);
    }
    if (this.#handlers.size > 0) this.#plan();
  };
}
