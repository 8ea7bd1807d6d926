// Front: decides when a crashed host restarts, with which version, and when it is given up.
import type { Clock } from "../../boundary/clock.ts";
import { errorText } from "../../boundary/errors.ts";
import type { HostExit } from "../../boundary/host.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { HostReport } from "./host-report.ts";

/**
 * A host that crashed by an event restarts at once: the event is gone, so there is progress. A host that crashed while
 * loading restarts after a pause, and a version that only does so is replaced by the last good one.
 */
export class RestartPolicy {
  readonly #clock: Clock;
  #failedLoads = 0;
  /** The last version that has handled an event. */
  #good: HostSpec | null = null;
  /** When the last crashes were, in monotonic time, ms. */
  #crashes: number[] = [];
  /** Since when the incarnation has served, in monotonic time, ms; null while it starts. */
  #servesSince: number | null = null;
  /** The number of its first event beyond its takeover. */
  #firstEvent = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Another version is tried, as often as the first. */
  renew(): void {
    this.#failedLoads = 0;
  }

  /** A version has handled an event. */
  approve(spec: HostSpec): void {
    this.#good = spec;
  }

  /** An incarnation starts. */
  starts(): void {
    this.#servesSince = null;
  }

  /** An incarnation serves: its first event beyond its takeover has this number. */
  serves(firstEvent: number): void {
    this.#servesSince = this.#clock.ticks();
    this.#firstEvent = firstEvent;
  }

  died(spec: HostSpec, exit: HostExit): Verdict {
    if (!this.#hasProgressed(exit)) return this.#diedLoading(spec);
    this.#failedLoads = 0;
    this.#good = spec;
    return { spec, delay: 0, report: this.#oftenReport(spec.name) };
  }

  // A crash by an event takes the event with it. A crash by the takeover, or by the first tick, would recur for ever.
  #hasProgressed(exit: HostExit): boolean {
    if (this.#servesSince === null) return false;
    return exit.event >= this.#firstEvent || this.#clock.ticks() - this.#servesSince >= LOADED;
  }

  #diedLoading(spec: HostSpec): Verdict {
    this.#failedLoads += 1;
    if (this.#failedLoads < LOADS_TO_FAIL)
      return { spec, delay: FIRST_PAUSE * 2 ** (this.#failedLoads - 1), report: null };
    const good = this.#good;
    this.#good = null;
    if (good === null || good === spec) return { spec, delay: null, report: null };
    this.#failedLoads = 0;
    return { spec: good, delay: FIRST_PAUSE, report: rolledBackReport(spec.name) };
  }

  #oftenReport(name: string): HostReport | null {
    const now = this.#clock.ticks();
    this.#crashes = [...this.#crashes.filter((at) => at > now - MANY_WITHIN), now];
    const count = this.#crashes.length;
    if (count <= MANY_CRASHES) return null;
    this.#crashes = [];
    const text = errorText("PARLOR_HOST_CRASHES_OFTEN", { name, count, seconds: MANY_WITHIN / 1000 });
    return { code: "PARLOR_HOST_CRASHES_OFTEN", text };
  }
}

/** What follows a crash. */
export interface Verdict {
  /** The version that starts next. */
  readonly spec: HostSpec;
  /** After this pause, ms; null when the host is given up. */
  readonly delay: number | null;
  readonly report: HostReport | null;
}

function rolledBackReport(name: string): HostReport {
  const text = errorText("PARLOR_HOST_ROLLED_BACK", { name, count: LOADS_TO_FAIL });
  return { code: "PARLOR_HOST_ROLLED_BACK", text };
}

/** After this many crashes in a row without progress, a version is given up. */
const LOADS_TO_FAIL = 3;

/** The pause before the second load, ms; it doubles with each further one. */
const FIRST_PAUSE = 100;

/** More crashes than this, within so many ms, are reported: each has cost an event. */
const MANY_CRASHES = 10;
const MANY_WITHIN = 10_000;

/** A host that has served for this long has loaded, even if no event came, ms. */
const LOADED = 10_000;
