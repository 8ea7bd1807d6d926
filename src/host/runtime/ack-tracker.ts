import type { Commit } from "../../boundary/batch.ts";

/**
 * What a host owes the front an account of: which events are done, which wait for a promise, which wait behind such
 * a one. An event that is done before it was ever reported otherwise needs no mention.
 */
export class AckTracker {
  #through = 0;
  #reported = 0;
  readonly #pending = new Set<number>();
  readonly #waiting = new Set<number>();
  #settled: number[] = [];

  /** All events up to this one have been begun; one that is told out of the count takes nothing of it back. */
  began(through: number): void {
    this.#through = Math.max(this.#through, through);
  }

  wait(number: number): void {
    this.#waiting.add(number);
  }

  park(number: number): void {
    this.#waiting.delete(number);
    this.#pending.add(number);
  }

  done(number: number): void {
    this.#waiting.delete(number);
    this.#pending.delete(number);
    if (number <= this.#reported) this.#settled.push(number);
  }

  /** The account since the last one. */
  take(): Pick<Commit, "through" | "pending" | "waiting" | "settled"> {
    const account = {
      through: this.#through,
      pending: takeAll(this.#pending),
      waiting: takeAll(this.#waiting),
      settled: this.#settled.length === 0 ? NONE : this.#settled,
    };
    this.#reported = this.#through;
    if (this.#settled.length > 0) this.#settled = [];
    return account;
  }
}

function takeAll(numbers: Set<number>): readonly number[] {
  if (numbers.size === 0) return NONE;
  const all = [...numbers];
  numbers.clear();
  return all;
}

const NONE: readonly number[] = Object.freeze([]);
