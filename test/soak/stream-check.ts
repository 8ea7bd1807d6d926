/** The errors in the numbers that a client received. */
export interface Wrongs {
  readonly lost: number;
  readonly doubled: number;
  readonly disordered: number;
}

export const nothingWrong: Wrongs = { lost: 0, doubled: 0, disordered: 0 };

export function sumOf(all: readonly Wrongs[]): Wrongs {
  return all.reduce(
    (sum, { lost, doubled, disordered }) => ({
      lost: sum.lost + lost,
      doubled: sum.doubled + doubled,
      disordered: sum.disordered + disordered,
    }),
    nothingWrong,
  );
}

/** One speaker's numbers as one listener receives them: each once, in order, from 0. Only missing ones are kept. */
export class StreamCheck {
  /** The number that must come next. */
  next = 0;
  readonly #missing = new Set<number>();
  #doubled = 0;
  #disordered = 0;

  /** Checks the next number; null when it is right. */
  receive(number: number): "doubled" | "disordered" | "gap" | null {
    if (number === this.next) {
      this.next += 1;
      return null;
    }
    if (number > this.next) {
      for (; this.next < number; this.next += 1) this.#missing.add(this.next);
      this.next += 1;
      return "gap";
    }
    if (this.#missing.delete(number)) {
      this.#disordered += 1;
      return "disordered";
    }
    this.#doubled += 1;
    return "doubled";
  }

  /** Numbers below `end` that were not received. */
  missing(end: number): number[] {
    const missing = [...this.#missing];
    for (let number = this.next; number < end; number += 1) missing.push(number);
    return missing;
  }

  /** The errors, when the numbers below `end` were sent. */
  wrongs(end: number): Wrongs {
    return { lost: this.missing(end).length, doubled: this.#doubled, disordered: this.#disordered };
  }
}
