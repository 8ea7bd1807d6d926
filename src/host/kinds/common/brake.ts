// Host: stops a host whose front has not applied its commits, until it has.
import type { ProgressRecord } from "../../runtime/progress-record.ts";

/**
 * One brake for all that a host does: handlers, ticks, timers, programs, code after an `await`. Without it, commits would
 * pile up in the memory of the front faster than it can apply them.
 */
export class Brake {
  readonly #progress: ProgressRecord;
  readonly #front: FrontCredit;
  readonly #weights = new Float64Array(MASK + 1);
  /** Counts of commits, in 32 bits. */
  #sent = 0;
  #applied = 0;
  /** Of the commits that the front has not applied, as far as is known. */
  #weight = 0;

  constructor(progress: ProgressRecord, front: FrontCredit) {
    this.#progress = progress;
    this.#front = front;
  }

  /** A commit has been sent: waits if the host is too far ahead. */
  sent(places: number, bytes: number): void {
    const weight = places * PLACE + bytes;
    this.#weights[this.#sent & MASK] = weight;
    this.#sent = (this.#sent + 1) | 0;
    this.#weight += weight;
    if (this.#isTooFar) this.#wait();
  }

  /** A part of a commit has been sent: a host whose pipe is full does not hang. */
  moves(): void {
    this.#progress.phase(this.#progress.currentPhase);
  }

  get #isTooFar(): boolean {
    return this.#weight > MOST.weight || ((this.#sent - this.#applied) | 0) >= MOST.commits;
  }

  #wait(): void {
    this.#update();
    while (this.#isTooFar) {
      this.#progress.phase("waiting");
      this.#front.wait(this.#applied, this.#sent);
      this.#update();
    }
  }

  #update(): void {
    const applied = this.#front.applied();
    for (; this.#applied !== applied; this.#applied = (this.#applied + 1) | 0)
      this.#weight -= this.#weights[this.#applied & MASK] ?? 0;
  }
}

/** How far the front has come. */
export interface FrontCredit {
  /** How many commits it has applied, in 32 bits. */
  applied(): number;
  /** Blocks until it has applied more than `applied`, or for a while. `sent` have been sent. */
  wait(applied: number, sent: number): void;
}

/** How far a host may be ahead of its front. */
const MOST = { commits: 128, weight: 4 * 1024 * 1024 };
/** One less than a power of two, and not less than the number of commits. */
const MASK = 127;
/** What a place in the list of commands weighs in bytes: reading it takes the front as long as copying this number. */
const PLACE = 64;
