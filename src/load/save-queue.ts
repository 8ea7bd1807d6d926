// Load: collects the files of a save, and reports them when no more follow.
import type { Clock, Timer } from "../boundary/clock.ts";

/** Waits for the rest of a save, with an upper bound: a file that is written again and again must not hide other saves. */
export class SaveQueue {
  readonly #clock: Clock;
  readonly #onSave: (save: Save) => void;
  #files = new Set<string>();
  #isWhole = false;
  #firstAt = 0;
  #timer: Timer | null = null;
  /** How many saves have followed each other closely, and when the last one was, in monotonic time, ms. */
  #streak = 0;
  #lastAt = -Infinity;

  constructor(clock: Clock, onSave: (save: Save) => void) {
    this.#clock = clock;
    this.#onSave = onSave;
  }

  add(file: string, isWhole: boolean): void {
    const now = this.#clock.ticks();
    if (this.#timer === null) this.#firstAt = now;
    this.#timer?.cancel();
    this.#files.add(file);
    this.#isWhole ||= isWhole;
    const end = Math.min(now + QUIET, this.#firstAt + LONGEST);
    this.#timer = this.#clock.after(Math.max(end, this.#lastAt + this.#brake) - now, this.#report);
  }

  end(): void {
    this.#timer?.cancel();
  }

  // A script that writes a file which it is made of would be loaded for ever.
  get #brake(): number {
    const over = this.#streak - FREE_STREAK;
    return over < 0 ? 0 : Math.min(LONGEST_BRAKE, LONGEST * 2 ** over);
  }

  readonly #report = (): void => {
    const now = this.#clock.ticks();
    const isClose = now - this.#lastAt <= this.#brake + CLOSE;
    this.#streak = isClose ? this.#streak + 1 : 0;
    this.#lastAt = now;
    const save = { files: this.#files, isWhole: this.#isWhole };
    this.#files = new Set();
    this.#isWhole = false;
    this.#timer = null;
    this.#onSave(save);
  };
}

/** Files that were saved at once. */
export interface Save {
  /** Absolute. */
  readonly files: ReadonlySet<string>;
  /** Whether files came or went, or settings changed: then any script may be another one now. */
  readonly isWhole: boolean;
}

/** Editors write a file in several steps, and several files at once, ms. */
const QUIET = 30;
const LONGEST = 250;

/** After this number of saves, each this soon after the last one, ms, the pause between two grows. */
const FREE_STREAK = 10;
const CLOSE = 1000;
const LONGEST_BRAKE = 5000;
