// Host: the handlers whose promises have not settled, each with a time limit.
import type { Clock, Timer } from "../../boundary/clock.ts";

/** Each is abandoned after `handlerTimeout`, so that the events behind it always run. */
export class PendingHandlers {
  readonly #handlers = new Map<number, PendingHandler>();
  readonly #clock: Clock;
  readonly #limit: number;
  #sweep: Timer | null = null;
  /** Counts down, below the numbers of all events. */
  #unnumbered = 0;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  get size(): number {
    return this.#handlers.size;
  }

  /** `timeOut` is called when the promise has not settled in time, never after `settle`. */
  add(number: number, timeOut: () => void, isUnlimited = false): void {
    this.#handlers.set(number, { number, since: isUnlimited ? Infinity : this.#clock.ticks(), timeOut });
    this.#plan();
  }

  /** The promise has settled. Returns false when it has timed out before. */
  settle(number: number): boolean {
    return this.#handlers.delete(number);
  }

  /** Settles with the promise, or when it times out; for a promise that does not belong to an event. */
  bounded(promise: PromiseLike<unknown>, onTimeout: () => unknown): Promise<void> {
    this.#unnumbered -= 1;
    const number = this.#unnumbered;
    return new Promise((resolve) => {
      this.add(number, () => {
        onTimeout();
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
    if (this.#limit > 0) this.#sweep ??= this.#clock.after(this.#limit / 10, this.#timeOutLate);
  }

  readonly #timeOutLate = (): void => {
    this.#sweep = null;
    const latest = this.#clock.ticks() - this.#limit;
    for (const handler of [...this.#handlers.values()]) {
      if (handler.since > latest) continue;
      this.#handlers.delete(handler.number);
      handler.timeOut();
    }
    if (this.#handlers.size > 0) this.#plan();
  };
}

interface PendingHandler {
  readonly number: number;
  readonly since: number;
  readonly timeOut: () => void;
}
