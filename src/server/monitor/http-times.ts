// Server: counts HTTP responses by route and status, and how long they took.
import { TimeCounts } from "../../front/flow/time-counts.ts";

/** The routes are bounded by the caller, the statuses by HTTP. */
export class HttpTimes {
  readonly #byRoute = new Map<string, Map<number, number>>();
  readonly #times = new Map<string, TimeCounts>();

  /** A response is over, or its connection is. `ms`: since the request's head came. */
  add(route: string, status: number, ms: number): void {
    const statuses = this.#statusesOf(route);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    this.#timesOf(route).add(ms);
  }

  *counts(): Iterable<{ readonly route: string; readonly status: number; readonly count: number }> {
    for (const [route, statuses] of this.#byRoute)
      for (const [status, count] of statuses) yield { route, status, count };
  }

  get times(): ReadonlyMap<string, TimeCounts> {
    return this.#times;
  }

  #statusesOf(route: string): Map<number, number> {
    let statuses = this.#byRoute.get(route);
    if (statuses === undefined) this.#byRoute.set(route, (statuses = new Map()));
    return statuses;
  }

  #timesOf(route: string): TimeCounts {
    let times = this.#times.get(route);
    if (times === undefined) this.#times.set(route, (times = new TimeCounts()));
    return times;
  }
}
