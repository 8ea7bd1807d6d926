import { Histogram, type HistogramCounts } from "../../boundary/histogram.ts";
import type { Ticker } from "./ticker.ts";
import type { Clock } from "../../boundary/clock.ts";
import type { TickOverload, TickSample } from "../../boundary/tick-sample.ts";

/** How often is told how ticks have gone, ms. */
const EVERY = 1000;
/** For how many pulses what ticks cost is judged together: one slow second is no overload. */
const JUDGED = 10;

export interface TickMetricsPorts {
  readonly clock: Clock;
  pulse(pulse: TickSample): void;
  warn(text: string): void;
}

/** What the ticks of one pulse have cost. */
interface Costs {
  readonly counts: HistogramCounts;
  readonly ticks: number;
  /** Those that took longer than their period: counted, because a histogram's buckets are too wide to tell. */
  readonly over: number;
}

/** Counts how late a script's ticks come and what they cost, and tells it once a second. */
export class TickMetrics {
  readonly #script: string;
  readonly #ports: TickMetricsPorts;
  readonly #lateness = new Histogram();
  readonly #cost = new Histogram();
  #over = 0;
  #lately: readonly Costs[] = [];
  #last: number;
  #isOver = false;

  constructor(script: string, ports: TickMetricsPorts) {
    this.#script = script;
    this.#ports = ports;
    this.#last = ports.clock.ticks();
  }

  add(lateness: number, cost: number, ticker: Ticker): void {
    this.#lateness.add(lateness);
    this.#cost.add(cost);
    if (cost > ticker.period) this.#over += 1;
    const now = this.#ports.clock.ticks();
    if (now - this.#last < EVERY) return;
    this.#last = now;
    this.#tell(ticker);
  }

  #tell({ period, skipped }: Ticker): void {
    const ticks = this.#cost.total;
    const [lateness, cost] = [this.#lateness.take(), this.#cost.take()];
    this.#lately = [...this.#lately.slice(1 - JUDGED), { counts: cost, ticks, over: this.#over }];
    this.#over = 0;
    this.#ports.pulse({ script: this.#script, lateness, cost, skipped, overload: this.#judge(period) });
  }

  // Once, and again only after it has been well in between.
  #judge(period: number): TickOverload | null {
    const wasOver = this.#isOver;
    this.#isOver = this.#costsTooMuch;
    if (wasOver || !this.#isOver) return null;
    const p99 = this.#p99;
    const [cost, most] = [p99, period].map((ms) => ms.toFixed(1));
    this.#ports.warn(`ticks take longer than there is time: 99 in 100 up to ${cost} ms of ${most} ms`);
    return { cost: p99, period };
  }

  // More than one in a hundred, and never one alone: at the start there are not a hundred.
  get #costsTooMuch(): boolean {
    const over = sum(this.#lately.map((costs) => costs.over));
    const ticks = sum(this.#lately.map((costs) => costs.ticks));
    return over > Math.max(1, ticks / 100);
  }

  get #p99(): number {
    const costs = new Histogram();
    for (const { counts } of this.#lately) costs.merge(counts);
    return costs.quantile(0.99);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
