import type { Clock, Timer } from "../../src/boundary/clock.ts";

interface Pending {
  readonly due: number;
  readonly action: () => void;
}

/** A clock that only `advance` moves. Actions run in the order in which they are due. */
export class VirtualClock implements Clock {
  #time = 0;
  /** How far the time of day is ahead of monotonic time. */
  #ahead = 0;
  readonly #pending = new Set<Pending>();

  now(): number {
    return this.#time + this.#ahead;
  }

  ticks(): number {
    return this.#time;
  }

  /** The clock of the machine is set forward, or back: monotonic time goes on as before. */
  setForward(ms: number): void {
    this.#ahead += ms;
  }

  /** How many timers are pending. */
  get waiting(): number {
    return this.#pending.size;
  }

  after(delay: number, action: () => void): Timer {
    const pending = { due: this.#time + Math.max(delay, 0), action };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  /** Moves the time forward and runs the actions that are due on the way, those that they set up included. */
  advance(ms: number): void {
    const end = this.#time + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#pending.delete(next);
      this.#time = next.due;
      next.action();
    }
    this.#time = end;
  }

  #next(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.due <= end && (first === undefined || pending.due < first.due)) first = pending;
    }
    return first;
  }
}
