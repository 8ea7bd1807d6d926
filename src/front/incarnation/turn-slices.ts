// Front: shares each turn between the hosts whose commits take longer than a slice.
import type { Clock, Loop } from "../../boundary/clock.ts";

/** In each turn the front spends one slice on such work; then sockets are read, and messages of all hosts. */
export class TurnSlices {
  readonly #time: { readonly clock: Clock; readonly loop: Loop };
  readonly #tasks: SlicedTask[] = [];
  #isPlanned = false;

  constructor(time: { readonly clock: Clock; readonly loop: Loop }) {
    this.#time = time;
  }

  /** The task runs at the end of this turn, and of further ones while it has more to do. */
  add(task: SlicedTask): void {
    if (!this.#tasks.includes(task)) this.#tasks.push(task);
    this.#plan();
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#time.loop.atTurnEnd(this.#run);
  }

  // The one that has run goes behind the others, so each has its turn before one has a second.
  readonly #run = (): void => {
    this.#isPlanned = false;
    const { clock } = this.#time;
    const stopAt = clock.ticks() + SLICE;
    for (let left = this.#tasks.length; left > 0 && clock.ticks() <= stopAt; left -= 1) {
      const task = this.#tasks.shift() as SlicedTask;
      if (task.run(stopAt)) this.#tasks.push(task);
    }
    if (this.#tasks.length > 0) this.#plan();
  };
}

/** Work that can be done piece by piece. */
export interface SlicedTask {
  /** Works until this time at most. Returns whether more is left. */
  run(stopAt: number): boolean;
}

/** How long the front plays commits in one turn, ms. */
export const SLICE = 2;
