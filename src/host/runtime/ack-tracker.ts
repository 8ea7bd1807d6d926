// Host: tracks which events are done, pending or waiting, for the acknowledgement in the next commit.
import type { Commit } from "../../boundary/batch.ts";

/** An event that is done before it was ever reported as pending or waiting is not listed. */
export class AckTracker {
  #through = 0;
  #reported = 0;
  readonly #pending = new Set<number>();
  readonly #waiting = new Set<number>();
  #settled: number[] = [];

  /** All events up to this number have been started; a lower number than the last changes nothing. */
  started(through: number): void {
    this.#through = Math.max(this.#through, through);
  }

  wait(number: number): void {
    this.#waiting.add(number);
  }

  pend(number: number): void {
    this.#waiting.delete(number);
    this.#pending.add(number);
  }

  done(number: number): void {
    this.#waiting.delete(number);
    this.#pending.delete(number);
    if (number <= this.#reported) this.#settled.push(number);
  }

  /** The acknowledgement of all that happened since the last call. */
  take(): Pick<Commit, "through" | "pending" | "waiting" | "settled"> {
    const acks = {
      through: this.#through,
      pending: takeAll(this.#pending),
      waiting: takeAll(this.#waiting),
      settled: this.#settled.length === 0 ? NONE : this.#settled,
    };
    this.#reported = this.#through;
    if (this.#settled.length > 0) this.#settled = [];
    return acks;
  }
}

function takeAll(numbers: Set<number>): readonly number[] {
  if (numbers.size === 0) return NONE;
  const all = [...numbers];
  numbers.clear();
  return all;
}

const NONE: readonly number[] = Object.freeze([]);
