// Boundary: measurements of a script's ticks on their way from a host to the front. Plain data.
import type { HistogramCounts } from "./histogram.ts";
import type { ScriptKey } from "./script-key.ts";

/** Ticks take longer than there is time for them: what 99 in 100 do not exceed, and their period, ms. */
export interface TickOverload {
  readonly cost: number;
  readonly period: number;
}

/** Measurements of a script's ticks since the last sample. */
export interface TickSample {
  readonly script: ScriptKey;
  /** How late they came and how long they took, ms. */
  readonly lateness: HistogramCounts;
  readonly cost: HistogramCounts;
  /** Ticks that were left out, since the host began. */
  readonly skipped: number;
  /** Set once when ticks begin to take too long, and again only after they were well in between. */
  readonly overload: TickOverload | null;
}
