import { Histogram } from "../../boundary/histogram.ts";
import type { TickOverload, TickSample } from "../../boundary/tick-sample.ts";

/** For how many pulses, of a second each, ticks are remembered. */
const KEPT = 10;

/** How the ticks of a script have gone lately, ms. */
export interface TickStats {
  readonly lateness: { readonly p50: number; readonly p99: number };
  readonly cost: { readonly p50: number; readonly p99: number };
  readonly skipped: number;
}

/** Remembers how the ticks of a host have gone. */
export class TickWindow {
  #pulses: TickSample[] = [];
  /** Told when the ticks of a script begin to take longer than there is time for them. */
  onOverload: (script: string, overload: TickOverload) => void = () => undefined;

  add(pulse: TickSample): void {
    const others = this.#pulses.filter(({ script }) => script !== pulse.script);
    const own = this.#pulses.filter(({ script }) => script === pulse.script);
    this.#pulses = [...others, ...own.slice(1 - KEPT), pulse];
    if (pulse.overload !== null) this.onOverload(pulse.script, pulse.overload);
  }

  /** Null when it has none. */
  figures(script: string): TickStats | null {
    const own = this.#pulses.filter((pulse) => pulse.script === script);
    if (own.length === 0) return null;
    const [lateness, cost] = [new Histogram(), new Histogram()];
    for (const pulse of own) {
      lateness.merge(pulse.lateness);
      cost.merge(pulse.cost);
    }
    return { lateness: shares(lateness), cost: shares(cost), skipped: own.at(-1)?.skipped ?? 0 };
  }
}

function shares(histogram: Histogram): { p50: number; p99: number } {
  return { p50: histogram.quantile(0.5), p99: histogram.quantile(0.99) };
}
