// Client: counts what has arrived, and confirms it after 64 KiB or a second.
import type { ClientClock } from "./surroundings.ts";

export class Receipts {
  readonly #clock: ClientClock;
  readonly #confirm: (received: number) => void;
  /** How many numbered frames have arrived in this session. */
  #received = 0;
  #bytes = 0;
  /** Since when frames wait for their confirmation; null if none does. */
  #since: number | null = null;
  #timer: { cancel(): void } | null = null;

  constructor(clock: ClientClock, confirm: (received: number) => void) {
    this.#clock = clock;
    this.#confirm = confirm;
  }

  get received(): number {
    return this.#received;
  }

  /** A numbered frame has arrived. */
  count(bytes: number): void {
    this.#received += 1;
    this.#bytes += bytes;
    const now = this.#clock.ticks();
    this.#since ??= now;
    // A hidden page's timers are late: the next frame may be sooner.
    if (this.#bytes >= AFTER_BYTES || now - this.#since >= AFTER) this.#flush();
    else this.#timer ??= this.#clock.after(AFTER, this.#flush);
  }

  /** The connection is gone; the next offer says what has arrived. `received`: the number in a fresh session. */
  restart(received = this.#received): void {
    this.#received = received;
    this.#settle();
  }

  readonly #flush = (): void => {
    this.#settle();
    this.#confirm(this.#received);
  };

  #settle(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#since = null;
    this.#bytes = 0;
  }
}

const AFTER_BYTES = 64 * 1024;
/** ms. */
const AFTER = 1000;
