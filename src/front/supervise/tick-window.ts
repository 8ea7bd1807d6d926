// Front: the last tick samples of a host, and their statistics.
import { Histogram } from "../../boundary/histogram.ts";
import type { TickOverload, TickSample } from "../../boundary/tick-sample.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** A sample covers a second. */
export class TickWindow {
  #samples: TickSample[] = [];
  /** Called when the ticks of a script start to take longer than their period. */
  onOverload: (script: ScriptKey, overload: TickOverload) => void = () => undefined;

  add(sample: TickSample): void {
    const others = this.#samples.filter(({ script }) => script !== sample.script);
    const own = this.#samples.filter(({ script }) => script === sample.script);
    this.#samples = [...others, ...own.slice(1 - KEPT), sample];
    if (sample.overload !== null) this.onOverload(sample.script, sample.overload);
  }

  /** The statistics of a script; null when it has no samples. */
  figures(script: ScriptKey): TickStats | null {
    const own = this.#samples.filter((sample) => sample.script === script);
    if (own.length === 0) return null;
    const [lateness, cost] = [new Histogram(), new Histogram()];
    for (const sample of own) {
      lateness.merge(sample.lateness);
      cost.merge(sample.cost);
    }
    return { lateness: shares(lateness), cost: shares(cost), skipped: own.at(-1)?.skipped ?? 0 };
  }
}

/** How the ticks of a script went in the last seconds, ms. */
export interface TickStats {
  readonly lateness: { readonly p50: number; readonly p99: number };
  readonly cost: { readonly p50: number; readonly p99: number };
  /** Ticks that were left out since the host started. */
  readonly skipped: number;
}

/** How many samples of a script are kept. */
const KEPT = 10;

function shares(histogram: Histogram): { p50: number; p99: number } {
  return { p50: histogram.quantile(0.5), p99: histogram.quantile(0.99) };
}
