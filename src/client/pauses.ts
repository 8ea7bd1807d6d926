// Client: how long to wait before the next attempt.
import type { ClientSettings } from "./connect-options.ts";

/** Pauses that grow while attempts fail. Chance keeps the clients of a restarted server apart. */
export class Pauses {
  readonly #settings: ClientSettings;
  #failures = 0;
  #openedAt = 0;

  constructor(settings: ClientSettings) {
    this.#settings = settings;
  }

  opened(): void {
    this.#openedAt = this.#settings.clock.ticks();
  }

  /** A connection that was open for some time is lost: the next pause is the first one. */
  ended(): void {
    if (this.#settings.clock.ticks() - this.#openedAt >= STEADY) this.#failures = 0;
  }

  reset(): void {
    this.#failures = 0;
  }

  /** The next pause, ms. `hint`: what the server asks for, or null. */
  next(hint: number | null): number {
    const { pauses, random, page } = this.#settings;
    const { first, longest, hidden } = pauses;
    const grown = Math.min(longest, first * 2 ** this.#failures++) * (0.5 + random() / 2);
    return hint ?? grown * (page?.isHidden() ? hidden : 1);
  }
}

/** A connection that ends sooner does not count as a success, ms. */
const STEADY = 5000;
