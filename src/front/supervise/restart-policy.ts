import type { HostSpec } from "../../boundary/host-spec.ts";
import type { Clock } from "../../boundary/clock.ts";
import type { HostExit } from "../../boundary/host.ts";

/** Deaths in a row without any progress after which a version is given up. */
const LOADS_TO_FAIL = 3;
const BACKOFF_MIN = 100;
const BACKOFF_MAX = 5000;
/** More deaths than this in so many ms are told: each has cost an event. */
const MANY_DEATHS = 10;
const MANY_DEATHS_WITHIN = 10_000;
/** A host that has lived for so long has loaded, even if no event came, ms. */
const LOADED = 10_000;

/** What is to be done about a death: start again after so many ms, with this version; or nothing any more. */
export interface Verdict {
  readonly spec: HostSpec;
  /** Null when the host is given up. */
  readonly delay: number | null;
  /** Something that a person should look at. */
  readonly warning: string | null;
}

/**
 * Decides what becomes of a host that has died. A death by an event only restarts it: the event is gone, so there is
 * progress. Deaths while loading are waited after, and a version that does nothing else gives way to the last good one.
 */
export class RestartPolicy {
  readonly #clock: Clock;
  #loadDeaths = 0;
  /** The last version that has handled something: what a newer one gives way to. */
  #good: HostSpec | null = null;
  #deaths: number[] = [];
  /** Since when the incarnation has served, in monotonic time, ms; null while it starts. */
  #servesSince: number | null = null;
  /** The number of its first event beyond the sessions that it takes over. */
  #firstEvent = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Another version is to be tried, as often as the first. */
  renew(): void {
    this.#loadDeaths = 0;
  }

  /** A version has handled something. */
  approve(spec: HostSpec): void {
    this.#good = spec;
  }

  /** An incarnation starts. */
  starts(): void {
    this.#servesSince = null;
  }

  /** It serves: the first event that is news to it has this number. */
  serves(firstEvent: number): void {
    this.#servesSince = this.#clock.ticks();
    this.#firstEvent = firstEvent;
  }

  died(spec: HostSpec, exit: HostExit): Verdict {
    if (!this.#hasProgressed(exit)) return this.#diedLoading(spec);
    this.#loadDeaths = 0;
    this.#good = spec;
    return { spec, delay: 0, warning: this.#manyDeaths(spec.name) };
  }

  // A death by an event restarts at once, because the event is gone with it. What dies of the take-over, or of its first
  // tick, would die for ever.
  #hasProgressed(exit: HostExit): boolean {
    if (this.#servesSince === null) return false;
    return exit.event >= this.#firstEvent || this.#clock.ticks() - this.#servesSince >= LOADED;
  }

  #diedLoading(spec: HostSpec): Verdict {
    this.#loadDeaths += 1;
    if (this.#loadDeaths < LOADS_TO_FAIL) return { spec, delay: this.#backoff(), warning: null };
    const good = this.#good;
    this.#good = null;
    if (good === null || good === spec) return { spec, delay: null, warning: null };
    this.#loadDeaths = 0;
    const warning = `${spec.name}: died ${LOADS_TO_FAIL} times while loading; the version before it serves again`;
    return { spec: good, delay: BACKOFF_MIN, warning };
  }

  #backoff(): number {
    return Math.min(BACKOFF_MAX, BACKOFF_MIN * 2 ** (this.#loadDeaths - 1));
  }

  #manyDeaths(name: string): string | null {
    const now = this.#clock.ticks();
    this.#deaths = [...this.#deaths.filter((at) => at > now - MANY_DEATHS_WITHIN), now];
    const count = this.#deaths.length;
    if (count <= MANY_DEATHS) return null;
    this.#deaths = [];
    return `${name}: ended ${count} times in ${MANY_DEATHS_WITHIN / 1000} s, each time by an event`;
  }
}
