// Host: counts, in the watch thread, for how long the loop of the server has stood still.

/** In turns of the watch, each of a bounded length: time in which the whole process was stopped does not count. */
export class ServerTurns {
  #count = 0;
  #stood = 0;

  /** A turn of the watch: `ms` have passed, or less. `count` is of the turns of the server. */
  turn(count: number, ms: number): void {
    this.#stood = count === this.#count ? this.#stood + ms : 0;
    this.#count = count;
  }

  /** Nothing counts, because a debugger is attached. */
  rest(): void {
    this.#stood = 0;
  }

  /** Whether the loop has turned lately: a server that stands still replies to no host. */
  get isTurning(): boolean {
    return this.#stood < LATELY;
  }

  /** Whether it has stood still for this long, ms; a limit of 0 is never reached. */
  hasStood(limit: number): boolean {
    return limit > 0 && this.#stood >= limit;
  }
}

/** A server under load may turn this seldom, ms. */
const LATELY = 500;
