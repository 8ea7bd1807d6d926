// Client: notices that a connection is dead.
import type { ClientClock } from "./surroundings.ts";

/** Pings a connection that was silent for an interval; a ping without any response within the next one means that it is lost. */
export class SilenceWatch {
  readonly #clock: ClientClock;
  readonly #on: SilenceEvents;
  #interval = 0;
  #heard = false;
  #asked = false;
  #timer: { cancel(): void } | null = null;
  #pingedAt = -Infinity;

  constructor(clock: ClientClock, on: SilenceEvents) {
    this.#clock = clock;
    this.#on = on;
  }

  /** `interval`: ms; 0 for none. */
  start(interval: number): void {
    this.stop();
    this.#interval = interval;
    this.#pingedAt = -Infinity;
    this.#asked = false;
    this.#wait(interval);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#interval = 0;
  }

  heard(): void {
    this.#heard = true;
  }

  /** The network may have changed: the connection is tried at once, unless it was just tried. */
  probe(): void {
    if (this.#interval === 0) return;
    if (this.#heard) this.#asked = false;
    if (this.#clock.ticks() - this.#pingedAt >= PROBE) this.#ask();
    if (this.#asked) this.#wait(Math.min(this.#interval, PROBE));
  }

  #wait(delay: number): void {
    this.#timer?.cancel();
    this.#heard = false;
    if (delay > 0) this.#timer = this.#clock.after(delay, this.#check);
  }

  // A timer that is late, in a hidden page or after sleep, proves nothing: only a ping without a response does.
  readonly #check = (): void => {
    if (!this.#heard && this.#asked) return this.#on.lost();
    if (this.#heard) this.#asked = false;
    else this.#ask();
    this.#wait(this.#interval);
  };

  #ask(): void {
    this.#asked = true;
    this.#pingedAt = this.#clock.ticks();
    this.#on.ping();
  }
}

export interface SilenceEvents {
  ping(): void;
  lost(): void;
}

/** How long the response to a probe may take, and the time between a ping and a probe, ms. */
const PROBE = 3000;
