// Host: bounds how many lines of one kind a host logs; the others are dropped.
import type { Clock } from "../../boundary/clock.ts";

/** Lines may come in a burst, and beyond that at a steady rate. A host never waits for the log. */
export class LogBound {
  readonly #clock: Clock;
  readonly #scale: number;
  /** What may leave now. */
  #lines: number;
  #characters: number;
  #filledAt: number;

  /** `scale`: how many times the usual bounds. */
  constructor(clock: Clock, scale: number) {
    this.#clock = clock;
    this.#scale = scale;
    this.#lines = BURST.lines * scale;
    this.#characters = BURST.characters * scale;
    this.#filledAt = clock.ticks();
  }

  /** Whether a line of this length may leave. */
  admits(length: number): boolean {
    this.#fill();
    if (this.#lines < 1 || this.#characters < length) return false;
    this.#lines -= 1;
    this.#characters -= length;
    return true;
  }

  #fill(): void {
    const now = this.#clock.ticks();
    const share = ((now - this.#filledAt) / 1000) * this.#scale;
    this.#filledAt = now;
    this.#lines = Math.min(BURST.lines * this.#scale, this.#lines + share * PER_SECOND.lines);
    const characters = this.#characters + share * PER_SECOND.characters;
    this.#characters = Math.min(BURST.characters * this.#scale, characters);
  }
}

/** The text, cut where it is longer than a line of the log may be. */
export function cutLine(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST)}… (${text.length - LONGEST} more characters)`;
}

const BURST = { lines: 1000, characters: 256 * 1024 };
const PER_SECOND = { lines: 2000, characters: 1024 * 1024 };
/** Characters of one line. */
const LONGEST = 64 * 1024;
