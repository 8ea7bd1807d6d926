// Front: bounds how many hosts start at the same time.
import type { Clock, Timer } from "../../boundary/clock.ts";

/**
 * A hundred threads that start together on two cores take a minute; a few at a time, they take seconds. Hosts that have
 * served before go first, because clients wait for them.
 */
export class StartLimiter {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #urgent: PendingStart[] = [];
  readonly #others: PendingStart[] = [];
  readonly #known = new Set<string>();
  #starting = 0;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** Calls `start` once, now or when there is room. The permit must be released when the host has started or ended. */
  admit(name: string, start: () => void): Permit {
    const pending = new PendingStart(start, (hasStarted) => this.#onReleased(pending, hasStarted));
    (this.#known.has(name) ? this.#urgent : this.#others).push(pending);
    this.#known.add(name);
    this.#startNext();
    return pending;
  }

  #onReleased(pending: PendingStart, hasStarted: boolean): void {
    if (hasStarted) this.#starting -= 1;
    else for (const queue of [this.#urgent, this.#others]) removeFrom(queue, pending);
    this.#startNext();
  }

  #startNext(): void {
    while (this.#starting < this.#limit) {
      const pending = this.#urgent.shift() ?? this.#others.shift();
      if (pending === undefined) return;
      this.#starting += 1;
      pending.start(this.#clock);
    }
  }
}

/** The right to start, taken or waited for. */
export interface Permit {
  /** Makes room for another host. A host that has not started yet never does. */
  release(): void;
}

/** A start that takes longer than this makes room for others, ms: more room on the machine would not speed it up. */
const LONGEST = 1000;

/** One start: it waits, starts and is released, each once. */
class PendingStart implements Permit {
  readonly #start: () => void;
  readonly #onReleased: (hasStarted: boolean) => void;
  #hasStarted = false;
  #isReleased = false;
  #limit: Timer | null = null;

  constructor(start: () => void, onReleased: (hasStarted: boolean) => void) {
    this.#start = start;
    this.#onReleased = onReleased;
  }

  start(clock: Clock): void {
    this.#hasStarted = true;
    this.#limit = clock.after(LONGEST, () => this.release());
    this.#start();
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#limit?.cancel();
    this.#onReleased(this.#hasStarted);
  }
}

function removeFrom(queue: PendingStart[], pending: PendingStart): void {
  const at = queue.indexOf(pending);
  if (at >= 0) queue.splice(at, 1);
}
