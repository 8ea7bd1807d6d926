// Server: what a series of the metrics is: its name, its labels, and how its values are read.
import { TIME_BOUNDS, type TimeCounts } from "../../front/flow/time-counts.ts";
import type { MetricFigures } from "./metric-figures.ts";

/** A series. Names and units are those of Prometheus: seconds, bytes, `_total` for counters. */
export interface Series {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** All that its values may have. */
  readonly labels: readonly string[];
  read(figures: MetricFigures): Sample[];
}

/** One value. `metricName`: with the suffix of a histogram's part. */
export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName?: string;
}

/** A value without labels. */
export function one(value: number): Sample[] {
  return [{ labels: {}, value }];
}

/** A value for each entry of a record, whose key is the label. */
export function byKey(label: string, record: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(record).map(([key, value]) => ({ labels: { [label]: key }, value }));
}

/** As `byKey`, beside other labels. Entries of zero are left out: most reasons never occur on most routes. */
export function occurred(
  labels: Sample["labels"],
  label: string,
  record: Readonly<Record<string, number>>,
): Sample[] {
  return Object.entries(record).flatMap(([key, value]) =>
    value === 0 ? [] : [{ labels: { ...labels, [label]: key }, value }],
  );
}

/** The parts of a histogram with these labels, in seconds. */
export function histogram(name: string, labels: Sample["labels"], times: TimeCounts): Sample[] {
  const { buckets, count, sum } = times;
  let below = 0;
  const parts = TIME_BOUNDS.map((ms, at) => {
    below += buckets[at] ?? 0;
    return bucket(name, { ...labels, le: ms / 1000 }, below);
  });
  return [
    ...parts,
    bucket(name, { ...labels, le: "+Inf" }, count),
    { labels, value: sum / 1000, metricName: `${name}_sum` },
    { labels, value: count, metricName: `${name}_count` },
  ];
}

function bucket(name: string, labels: Sample["labels"], value: number): Sample {
  return { labels, value, metricName: `${name}_bucket` };
}
