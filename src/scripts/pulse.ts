import { Histogram } from "../core/histogram.ts";
import type { Clock, TickPulse } from "../core/ports.ts";
import type { Ticker } from "./ticker.ts";

/** How often is told how ticks have gone, ms. */
const EVERY = 1000;

export interface PulsePorts {
  readonly clock: Clock;
  pulse(pulse: TickPulse): void;
  warn(text: string): void;
}

/** Counts how late a script's ticks come and what they cost, and tells it once a second. */
export class Pulse {
  readonly #script: string;
  readonly #ports: PulsePorts;
  readonly #lateness = new Histogram();
  readonly #cost = new Histogram();
  #last: number;
  #isOver = false;

  constructor(script: string, ports: PulsePorts) {
    this.#script = script;
    this.#ports = ports;
    this.#last = ports.clock.ticks();
  }

  add(lateness: number, cost: number, ticker: Ticker): void {
    this.#lateness.add(lateness);
    this.#cost.add(cost);
    const now = this.#ports.clock.ticks();
    if (now - this.#last < EVERY) return;
    this.#last = now;
    this.#judge(ticker.period);
    const [late, cost99] = [this.#lateness.take(), this.#cost.take()];
    this.#ports.pulse({ script: this.#script, lateness: late, cost: cost99, skipped: ticker.skipped });
  }

  // Once, and again only after it has been well in between.
  #judge(period: number): void {
    const p99 = this.#cost.quantile(0.99);
    const isOver = p99 > period;
    if (isOver && !this.#isOver) {
      const [cost, most] = [p99, period].map((ms) => ms.toFixed(1));
      this.#ports.warn(`ticks take longer than there is time: 99 in 100 up to ${cost} ms of ${most} ms`);
    }
    this.#isOver = isOver;
  }
}
