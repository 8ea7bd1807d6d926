/** A value of the text format of Prometheus. */
export interface MetricValue {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads all values of a scrape. */
export function readMetrics(text: string): MetricValue[] {
  return text.split("\n").flatMap((line) => {
    if (line === "" || line.startsWith("#")) return [];
    const [, name = "", labels = "", value = ""] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    return [{ name, labels: readLabels(labels), value: Number(value) }];
  });
}

/** The value with all of these labels; 0 when there is none. */
export function valueOf(
  metrics: readonly MetricValue[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const isIt = (metric: MetricValue): boolean =>
    metric.name === name && Object.entries(labels).every(([key, value]) => metric.labels[key] === value);
  return metrics.find(isIt)?.value ?? 0;
}

function readLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, key, value]) => [key, value]),
  );
}
