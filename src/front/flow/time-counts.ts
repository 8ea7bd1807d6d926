// Front: counts durations by size, for a histogram that grows for as long as the server runs.

/** Each bound is the upper end of a bucket. */
export class TimeCounts {
  sum = 0;
  count = 0;
  /** How many are in each of `TIME_BOUNDS`, and in none below it. */
  readonly buckets: number[] = TIME_BOUNDS.map(() => 0);

  /** `ms`: how long each of `times` events took. */
  add(ms: number, times = 1): void {
    this.sum += ms * times;
    this.count += times;
    let bucket = 0;
    while (bucket < TIME_BOUNDS.length && ms > (TIME_BOUNDS[bucket] ?? 0)) bucket += 1;
    if (bucket < TIME_BOUNDS.length) this.buckets[bucket]! += times;
  }
}

/** The bounds, ms. */
export const TIME_BOUNDS: readonly number[] = [
  0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000,
];
