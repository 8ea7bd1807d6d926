// Server: the metrics in the text format of Prometheus.
import type { Metric, Registry } from "prom-client";
import type { MetricFigures } from "./metric-figures.ts";
import { HOST_SERIES } from "./host-series.ts";
import { mergedSamples, type FrontSamples, type SampleLists } from "./merged-samples.ts";
import { SERVER_SERIES } from "./server-series.ts";
import type { Sample, Series } from "./series.ts";
import { TRAFFIC_SERIES } from "./traffic-series.ts";

/**
 * A scrape reads counters that exist in any case. Nothing is made before the first one. The values are written in
 * many short turns of the loop, so that hundreds of routes do not hold up the sockets.
 */
export class Metrics {
  readonly #take: () => MetricFigures;
  readonly #turn: () => Promise<void>;
  readonly #fronts: FrontsMetrics | null;
  #registry: Promise<Registry> | null = null;
  /** What prom-client writes next. */
  #samples: readonly Sample[] = [];
  /** One scrape after the other. */
  #last: Promise<unknown> = Promise.resolve();

  /** `take` reads the figures of this moment; `turn` lets the loop turn once; `fronts`: this is one of several fronts. */
  constructor(take: () => MetricFigures, turn: () => Promise<void>, fronts: FrontsMetrics | null = null) {
    this.#take = take;
    this.#turn = turn;
    this.#fronts = fronts;
  }

  /** The values of this moment, by series: for another front, which writes those of all. */
  samples(): SampleLists {
    const figures = this.#take();
    return Object.fromEntries(ALL_SERIES.map((series) => [series.name, series.read(figures)]));
  }

  /** All series, and the content type of the text. */
  text(): Promise<MetricsText> {
    const text = this.#last.then(() => this.#text());
    this.#last = text.catch(() => undefined);
    return text;
  }

  async #text(): Promise<MetricsText> {
    const registry = await (this.#registry ??= this.#makeRegistry());
    const samplesOf = await this.#source();
    const texts: string[] = [];
    for (const series of ALL_SERIES) {
      await this.#turn();
      texts.push(...(await this.#write(registry, series.name, samplesOf(series))));
    }
    return { text: `${texts.join("\n")}\n`, contentType: registry.contentType };
  }

  async #source(): Promise<(series: Series) => readonly Sample[]> {
    const all = (await this.#fronts?.samplesOfAll(() => this.samples())) ?? null;
    if (all !== null) return (series) => mergedSamples(series, all);
    const figures = this.#take();
    return (series) => series.read(figures);
  }

  // The parts of a series after the first one have no head.
  async #write(registry: Registry, name: string, samples: readonly Sample[]): Promise<string[]> {
    const parts: string[] = [];
    for (let at = 0; at === 0 || at < samples.length; at += MOST_AT_ONCE) {
      if (at > 0) await this.#turn();
      this.#samples = samples.slice(at, at + MOST_AT_ONCE);
      const lines = await registry.getSingleMetricAsString(name);
      parts.push(at === 0 ? lines : lines.slice(lines.indexOf("\n", lines.indexOf("\n") + 1) + 1));
    }
    return parts;
  }

  // Imported late: most servers are started more often than they are scraped.
  async #makeRegistry(): Promise<Registry> {
    const { Registry } = await import("prom-client");
    const registry = new Registry();
    for (const series of ALL_SERIES) registry.registerMetric(this.#metricOf(series));
    return registry;
  }

  // The classes of prom-client keep values of their own, and hash the labels at each change. All values exist already.
  #metricOf(series: Series): Metric {
    const { name, help, type } = series;
    const get = async (): Promise<object> => ({ name, help, type, values: this.#samples });
    return { name, help, type, get } as unknown as Metric;
  }
}

/** The fronts beside this one. */
export interface FrontsMetrics {
  /** Returns the samples of all fronts; null if the parent has not reported how many there are. */
  samplesOfAll(own: () => SampleLists): Promise<readonly FrontSamples[] | null>;
}

/** A scrape. */
export interface MetricsText {
  readonly text: string;
  readonly contentType: string;
}

/** How many values are written in one turn of the loop. */
const MOST_AT_ONCE = 500;

/** All series, as `docs/metrics.md` lists them. */
export const ALL_SERIES: readonly Series[] = [...TRAFFIC_SERIES, ...HOST_SERIES, ...SERVER_SERIES];
