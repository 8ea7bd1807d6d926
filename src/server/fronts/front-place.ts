// Server: the place of this process among the fronts of one machine, as their parent reports it.
import type { Duplex } from "node:stream";
import { mergedHealth } from "./merged-health.ts";
import type { FrontSamples, SampleLists } from "../monitor/merged-samples.ts";

/** One of several server processes on one port. */
export class FrontPlace {
  /** The private channel to the parent, which passes frames between the fronts. */
  readonly channel: Duplex;
  /** Whether it is the first process that the parent has started: it logs what all of them find in the app's folder. */
  readonly isFirst: boolean;
  /** Asks the parent for the samples of the other fronts. */
  readonly #askOthers: () => Promise<readonly FrontSamples[]>;
  #report: FrontReport | null = null;
  #samples: () => SampleLists = () => ({});

  constructor(
    channel: Duplex,
    {
      isFirst,
      askOthers,
    }: { readonly isFirst: boolean; readonly askOthers: () => Promise<readonly FrontSamples[]> },
  ) {
    this.channel = channel;
    this.isFirst = isFirst;
    this.#askOthers = askOthers;
  }

  /** The values of this front's metrics, for another front. */
  get samples(): SampleLists {
    return this.#samples();
  }

  /** The server is made: `samples` reads its metrics. */
  sampledBy(samples: () => SampleLists): void {
    this.#samples = samples;
  }

  /** The samples of all fronts; null until the parent has reported. */
  async samplesOfAll(own: () => SampleLists): Promise<readonly FrontSamples[] | null> {
    if (this.#report === null) return null;
    const others = await this.#askOthers();
    return [{ front: this.#report.number, samples: own() }, ...others];
  }

  /** The parent has reported how all fronts are. */
  note(report: FrontReport): void {
    this.#report = report;
  }

  /** The health of all fronts: `degraded` unless all are `ok` or all are `failing`, and the sums of the counts. The others' counts are up to a second old. */
  health<T extends { readonly status: string }>(own: T): T {
    if (this.#report === null) return own;
    const { of, serving, restarts, cuts, others } = this.#report;
    const merged = mergedHealth([own, ...(others as T[])]);
    const status = serving < of && merged.status === "ok" ? { status: "degraded" } : {};
    return { ...merged, ...status, fronts: { of, serving, restarts, cuts } };
  }
}

/** How the fronts are, as their parent sees them. Plain data. */
export interface FrontReport {
  /** The number of this front, from 1. */
  readonly number: number;
  /** How many fronts there should be, and how many of them serve. */
  readonly of: number;
  readonly serving: number;
  /** Fronts that were started again, and those that were cut off because they did not read, since the start. */
  readonly restarts: number;
  readonly cuts: number;
  /** The health of each other front. */
  readonly others: readonly object[];
}
