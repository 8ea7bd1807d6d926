// Server: how late the loop of the thread that owns the sockets is.
import { monitorEventLoopDelay, type IntervalHistogram } from "node:perf_hooks";

/** It starts with the first look, so that a server that is not looked at pays nothing. */
export class LoopWatch {
  #histogram: IntervalHistogram | null = null;

  /** The delays since the previous look. */
  take(): LoopDelay {
    const histogram = (this.#histogram ??= started());
    const of = (nanoseconds: number): number =>
      histogram.count === 0 ? 0 : Math.max(0, nanoseconds / 1e9 - EVERY / 1000);
    const delay = {
      p50: of(histogram.percentile(50)),
      p99: of(histogram.percentile(99)),
      max: of(histogram.max),
    };
    histogram.reset();
    return delay;
  }

  stop(): void {
    this.#histogram?.disable();
  }
}

/** By how much the loop was late, s. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** How often it is measured, ms. */
const EVERY = 20;

function started(): IntervalHistogram {
  const histogram = monitorEventLoopDelay({ resolution: EVERY });
  histogram.enable();
  return histogram;
}
