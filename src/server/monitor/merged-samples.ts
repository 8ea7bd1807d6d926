// Server: the metrics of several fronts as those of one server.
import type { Sample, Series } from "./series.ts";

/** The samples of one front, by the name of the series. Plain data. */
export interface FrontSamples {
  readonly front: number;
  readonly samples: SampleLists;
}

export type SampleLists = Readonly<Record<string, readonly Sample[]>>;

/** Values with the same labels are added; of a series that is each front's own, they get the label `front` in place of that. */
export function mergedSamples({ name, labels }: Series, fronts: readonly FrontSamples[]): Sample[] {
  const sums = new Map<string, { labels: Sample["labels"]; value: number; metricName?: string }>();
  const isEachOwn = labels.includes("front");
  for (const { front, samples } of fronts)
    for (const { labels: own, value, metricName } of samples[name] ?? []) {
      const all = isEachOwn ? { ...own, front } : own;
      const key = JSON.stringify([metricName, Object.entries(all).toSorted(byName)]);
      const known = sums.get(key);
      if (known !== undefined) known.value += value;
      else sums.set(key, { labels: all, value, ...(metricName !== undefined && { metricName }) });
    }
  return [...sums.values()];
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
