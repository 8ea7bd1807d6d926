import type { SessionSocket } from "./session-socket.ts";
import type { Clock, Timer } from "../../boundary/clock.ts";

type Deliver = (data: Buffer, isBinary: boolean) => void;

/** So that a fast client costs one timer for a few messages, not one for each; ms. */
const LEAST_WAIT = 10;
const SECOND = 1000;

/**
 * Lets one session's messages through at a rate: a second's worth at once, then as time goes by. What is above it is
 * not read from the network; what had been read already waits here. Nothing is dropped.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #rate: number;
  readonly #socket: SessionSocket;
  readonly #deliver: Deliver;
  readonly #waiting: [data: Buffer, isBinary: boolean][] = [];
  #allowed: number;
  #since: number;
  #timer: Timer | null = null;

  constructor(clock: Clock, rate: number, reader: { socket: SessionSocket; deliver: Deliver }) {
    this.#clock = clock;
    this.#rate = rate;
    this.#socket = reader.socket;
    this.#deliver = reader.deliver;
    this.#allowed = Math.max(1, rate);
    this.#since = clock.ticks();
  }

  take(data: Buffer, isBinary: boolean): void {
    if (this.#waiting.length === 0 && this.#spend()) return this.#deliver(data, isBinary);
    this.#waiting.push([data, isBinary]);
    this.#timer ??= this.#plan();
  }

  /** The connection closes: what it brought before comes before its close. */
  drain(): void {
    this.#timer?.cancel();
    for (const [data, isBinary] of this.#waiting.splice(0)) this.#deliver(data, isBinary);
  }

  #plan(): Timer {
    this.#socket.hold("rate");
    const wait = ((1 - this.#allowed) / this.#rate) * SECOND;
    return this.#clock.after(Math.max(LEAST_WAIT, Math.ceil(wait)), () => this.#goOn());
  }

  #goOn(): void {
    while (this.#waiting.length > 0 && this.#spend()) {
      const [data, isBinary] = this.#waiting.shift() as [Buffer, boolean];
      this.#deliver(data, isBinary);
    }
    this.#timer = this.#waiting.length > 0 ? this.#plan() : null;
    if (this.#timer === null) this.#socket.release("rate");
  }

  #spend(): boolean {
    const now = this.#clock.ticks();
    const earned = ((now - this.#since) / SECOND) * this.#rate;
    this.#allowed = Math.min(Math.max(1, this.#rate), this.#allowed + earned);
    this.#since = now;
    if (this.#allowed < 1) return false;
    this.#allowed -= 1;
    return true;
  }
}
