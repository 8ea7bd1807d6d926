// Front: which hosts of programs have started, and how often.
import type { Clock } from "../../boundary/clock.ts";

/** Lets the server's start wait for its programs, up to a limit. */
export class ProgramStarts {
  readonly #clock: Clock;
  readonly #running = new Set<number>();
  readonly #counts = new Map<number, number>();
  readonly #waiting = new Map<number, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How often the host has started. */
  count(slot: number): number {
    return this.#counts.get(slot) ?? 0;
  }

  /** Resolves when the host has started, or will not start within `START_LIMIT`. */
  async wait(slot: number): Promise<void> {
    if (this.#running.has(slot)) return;
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(START_LIMIT, resolve);
      this.#waiting.set(slot, () => {
        timer.cancel();
        resolve();
      });
    });
    this.#waiting.delete(slot);
  }

  started(slot: number): void {
    this.#counts.set(slot, this.count(slot) + 1);
    this.#running.add(slot);
    this.giveUp(slot);
  }

  ended(slot: number): void {
    this.#running.delete(slot);
  }

  /** The host is gone for good. */
  remove(slot: number): void {
    this.#running.delete(slot);
    this.#counts.delete(slot);
    this.giveUp(slot);
  }

  /** Ends the wait for a host: it has started, or is not expected to. */
  giveUp(slot: number): void {
    this.#waiting.get(slot)?.();
  }

  giveUpAll(): void {
    for (const resolve of this.#waiting.values()) resolve();
  }
}

/** For how long the server waits at its start for a program; ms. */
const START_LIMIT = 5000;
