// Front: limits how many messages per second a session's socket delivers.
import type { Clock, Timer } from "../../boundary/clock.ts";
import type { SessionSocket } from "./session-socket.ts";

/**
 * A token bucket: a burst of messages at once, then at the rate. Above it the socket is not read, and messages that were
 * read already wait here: nothing is dropped. Or the socket is closed.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #rate: number;
  readonly #burst: number;
  readonly #reader: RateLimitedReader;
  readonly #waiting: [data: Buffer, isBinary: boolean][] = [];
  #tokens: number;
  #since: number;
  #timer: Timer | null = null;

  /** `burst`: 0 for the messages of one second. */
  constructor(clock: Clock, { rate, burst = 0 }: MessageRate, reader: RateLimitedReader) {
    this.#clock = clock;
    this.#rate = rate;
    this.#burst = Math.max(1, burst === 0 ? rate : burst);
    this.#reader = reader;
    this.#tokens = this.#burst;
    this.#since = clock.ticks();
  }

  take(data: Buffer, isBinary: boolean): void {
    if (this.#waiting.length === 0 && this.#spend()) return this.#reader.deliver(data, isBinary);
    if (this.#timer === null && !this.#reader.exceeded()) return;
    this.#waiting.push([data, isBinary]);
    this.#timer ??= this.#plan();
  }

  /** The connection closes: messages that arrived before the close are delivered before it. */
  drain(): void {
    this.#timer?.cancel();
    for (const [data, isBinary] of this.#waiting.splice(0)) this.#reader.deliver(data, isBinary);
  }

  #plan(): Timer {
    this.#reader.socket.hold("rate");
    const wait = ((1 - this.#tokens) / this.#rate) * SECOND;
    return this.#clock.after(Math.max(LEAST_WAIT, Math.ceil(wait)), () => this.#deliverWaiting());
  }

  #deliverWaiting(): void {
    while (this.#waiting.length > 0 && this.#spend()) {
      const [data, isBinary] = this.#waiting.shift() as [Buffer, boolean];
      this.#reader.deliver(data, isBinary);
    }
    this.#timer = this.#waiting.length > 0 ? this.#plan() : null;
    if (this.#timer === null) this.#reader.socket.release("rate");
  }

  #spend(): boolean {
    const now = this.#clock.ticks();
    const earned = ((now - this.#since) / SECOND) * this.#rate;
    this.#tokens = Math.min(this.#burst, this.#tokens + earned);
    this.#since = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** In messages: per second, above 0, and at once. */
export interface MessageRate {
  readonly rate: number;
  readonly burst?: number;
}

/** The socket that is limited, and where its messages go. */
export interface RateLimitedReader {
  readonly socket: SessionSocket;
  deliver(data: Buffer, isBinary: boolean): void;
  /** A message is beyond the rate, and none waits. Returns whether it may wait. */
  exceeded(): boolean;
}

/** So that a fast client costs one timer for a few messages, not one for each; ms. */
const LEAST_WAIT = 10;
const SECOND = 1000;
