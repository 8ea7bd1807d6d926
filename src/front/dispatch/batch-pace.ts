// Front: how many events a batch may hold, so that a host with slow handlers is offered another one soon.
import type { Clock } from "../../boundary/clock.ts";
import { TimeCounts } from "../flow/time-counts.ts";

/** Measures how long a host takes for its batches. An event that comes meanwhile waits for the rest of one batch. */
export class BatchPace {
  /** How long the events took, ms: those of a batch took the same time each. */
  readonly times = new TimeCounts();
  readonly #clock: Pick<Clock, "ticks">;
  #startedAt = 0;
  #events = 0;
  /** The time of one event, ms. A machine that is busy makes batches longer, and none shorter: so it rises slowly. */
  #perEvent = LEAST_MS;

  constructor(clock: Pick<Clock, "ticks">) {
    this.#clock = clock;
  }

  /** How many events are about as long as a batch should be. */
  get limit(): number {
    return Math.max(LEAST_EVENTS, Math.floor(BATCH_MS / this.#perEvent));
  }

  start(events: number): void {
    this.#startedAt = this.#clock.ticks();
    this.#events = events;
  }

  /** The whole batch has been acknowledged. */
  end(): void {
    if (this.#events === 0) return;
    const whole = this.#clock.ticks() - this.#startedAt;
    this.times.add(whole / this.#events, this.#events);
    const spent = (whole - WAY_MS) / this.#events;
    this.#perEvent = Math.max(LEAST_MS, Math.min(spent, this.#perEvent * RISE));
    this.#events = 0;
  }
}

/** How long a batch should take, ms. */
const BATCH_MS = 5;
/** Fewer would cost more on their way than they take. */
const LEAST_EVENTS = 32;
/** What a batch and its commit take on their way, ms. */
const WAY_MS = 2;
/** At this time of an event a batch is never cut short. */
const LEAST_MS = 0.01;
const RISE = 2;
