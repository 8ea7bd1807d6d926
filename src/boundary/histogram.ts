// Boundary: counts of measured values by size, for quantiles.

/** Four buckets for each doubling: a value is known to within a fifth. */
const PER_DOUBLING = 4;
/** The smallest value that is distinguished from 0. */
const LEAST = 0.001;
/** The number of buckets. */
export const BUCKETS = 128;

/** Counts of values by size, as plain data: those of two histograms can be added up. */
export type HistogramCounts = readonly number[];

/** Counts values of any unit, for quantiles: half were below this, 99 in 100 below that. */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(value: number): void {
    const bucket = value <= LEAST ? 0 : Math.ceil(Math.log2(value / LEAST) * PER_DOUBLING);
    this.#counts[Math.min(bucket, BUCKETS - 1)]! += 1;
    this.#total += 1;
  }

  merge(counts: HistogramCounts): void {
    for (const [bucket, count] of counts.entries()) {
      this.#counts[bucket]! += count;
      this.#total += count;
    }
  }

  /** The value that this share of all values does not exceed, by the upper end of its bucket; 0 when there are none. */
  quantile(share: number): number {
    let left = share * this.#total;
    for (const [bucket, count] of this.#counts.entries()) {
      left -= count;
      if (count > 0 && left <= 0) return bucket === 0 ? 0 : LEAST * 2 ** (bucket / PER_DOUBLING);
    }
    return 0;
  }

  /** Returns the counts and resets them. */
  take(): HistogramCounts {
    const end = this.#counts.findLastIndex((count) => count > 0) + 1;
    const counts = Array.from(this.#counts.subarray(0, end));
    this.#counts.fill(0);
    this.#total = 0;
    return counts;
  }
}
