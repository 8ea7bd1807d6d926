// Host: measures how late a script's ticks are and how long they take.
import type { ErrorValues } from "../../boundary/errors.ts";
import { Histogram, type HistogramCounts } from "../../boundary/histogram.ts";
import type { Ticker } from "./ticker.ts";
import type { Clock } from "../../boundary/clock.ts";
import type { TickOverload, TickSample } from "../../boundary/tick-sample.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** Counts how late a script's ticks start and how long they take, and sends a sample once a second. */
export class TickMetrics {
  readonly #script: ScriptKey;
  readonly #ports: TickMetricsPorts;
  readonly #lateness = new Histogram();
  readonly #cost = new Histogram();
  #over = 0;
  #recent: readonly Costs[] = [];
  #last: number;
  #isOver = false;

  constructor(script: ScriptKey, ports: TickMetricsPorts) {
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
    this.#send(ticker);
  }

  #send({ period, skipped }: Ticker): void {
    const ticks = this.#cost.total;
    const [lateness, cost] = [this.#lateness.take(), this.#cost.take()];
    this.#recent = [...this.#recent.slice(1 - JUDGED), { counts: cost, ticks, over: this.#over }];
    this.#over = 0;
    this.#ports.sample?.({ script: this.#script, lateness, cost, skipped, overload: this.#judge(period) });
  }

  // Once, and again only after the ticks were in time in between.
  #judge(period: number): TickOverload | null {
    const wasOver = this.#isOver;
    this.#isOver = this.#costsTooMuch;
    if (wasOver || !this.#isOver) return null;
    const p99 = this.#p99;
    const [cost, budget] = [p99.toFixed(1), period.toFixed(1)];
    this.#ports.overrun({ cost, budget });
    return { cost: p99, period };
  }

  // More than one in a hundred, and more than one in all: at the start there are not a hundred.
  get #costsTooMuch(): boolean {
    const over = sum(this.#recent.map((costs) => costs.over));
    const ticks = sum(this.#recent.map((costs) => costs.ticks));
    return over > Math.max(1, ticks / 100);
  }

  get #p99(): number {
    const costs = new Histogram();
    for (const { counts } of this.#recent) costs.merge(counts);
    return costs.quantile(0.99);
  }
}

/** What the metrics of a script's ticks need. */
export interface TickMetricsPorts {
  readonly clock: Clock;
  readonly sample: ((sample: TickSample) => void) | undefined;
  overrun(values: OverrunValues): void;
}

/** The values of the line that the ticks overrun. */
export type OverrunValues = Omit<ErrorValues<"PARLOR_TICK_OVERRUN">, "script">;

/** The costs of the ticks of one sample. */
interface Costs {
  readonly counts: HistogramCounts;
  readonly ticks: number;
  /** Those that took longer than their period: counted, because a histogram's buckets are too wide for that. */
  readonly over: number;
}

/** The time between two samples, ms. */
const EVERY = 1000;
/** Overload is judged over this many samples: one slow second is not an overload. */
const JUDGED = 10;

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
