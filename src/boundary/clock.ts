// Boundary: the time as each side gets it, real or virtual.

/** A timer that has not fired. */
export interface Timer {
  cancel(): void;
}

/** The time, so that tests have virtual time. Milliseconds throughout. */
export interface Clock {
  /** Time of day, since 1970. */
  now(): number;
  /** Monotonic time, for measuring. */
  ticks(): number;
  /** Calls `action` once, after at least `delay` ms. It does not keep the process alive. */
  after(delay: number, action: () => void): Timer;
}

/** The longest delay of a timer, ms: a delay that overflows fires at once, and a laptop may wake in between. */
export const LONGEST_SLEEP = 60 * 60 * 1000;

/** The event loop's two moments that the engine works by. */
export interface Loop {
  /** At the end of this turn, when all sockets that had something to say have been read. */
  atTurnEnd(action: () => void): void;
  /** When the handlers' microtasks have run. */
  afterMicrotasks(action: () => void): void;
}
