// Front: decides when a crashed host restarts, with which version, and for how long it pauses when none works.
import type { Clock } from "../../boundary/clock.ts";
import { errorText } from "../../boundary/errors.ts";
import type { HostExit, Phase } from "../../boundary/host.ts";
import { defaultBounds, type HostSpec } from "../../boundary/host-spec.ts";
import type { ShedLimits } from "../incarnation/incarnation-ports.ts";
import type { HostReport } from "./host-report.ts";

/**
 * A host that crashed by an event restarts at once: the event is gone, so there is progress. A host that crashed while
 * loading restarts after a pause, and a version that only does so is replaced by the last good one. When no version
 * works the host fails: it is tried once after a longer pause, which grows until a version has served.
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
  /** The pause of the last failure, ms; 0 when a version has served since. */
  #pause = 0;
  /** Whether it has failed, and no version has shown that it works since. */
  #isDown = false;
  /** How many times in a row its memory has run out soon after its start. */
  #memoryDeaths = 0;
  /** How many times in a row it could not be started at all. */
  #failedStarts = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether it has failed, and no version has shown that it works since. */
  get isDown(): boolean {
    return this.#isDown;
  }

  /** Whether its last start failed for a reason that no version has to do with. */
  get isUnstarted(): boolean {
    return this.#failedStarts > 0;
  }

  /** Another version is tried, as often as the first. */
  renew(): void {
    this.#failedLoads = 0;
    this.#pause = 0;
    this.#isDown = false;
  }

  /** A version works. Returns the line about it, if it had failed before. */
  works({ name }: HostSpec): HostReport | null {
    if (!this.#isDown) return null;
    this.#isDown = false;
    return { code: "PARLOR_HOST_RECOVERED", text: errorText("PARLOR_HOST_RECOVERED", { name }) };
  }

  /** A version is about to be replaced: it was good unless it has not served since its last crash. */
  approve(spec: HostSpec): void {
    if (this.#failedLoads === 0) this.#good = spec;
  }

  /** An incarnation starts. */
  starts(): void {
    this.#servesSince = null;
  }

  /** An incarnation serves: its first event beyond its takeover has this number. */
  serves(firstEvent: number): void {
    this.#failedStarts = 0;
    this.#servesSince = this.#clock.ticks();
    this.#firstEvent = firstEvent;
  }

  /** `hasCulprit`: whether an event was found that caused it and is not delivered again. */
  died(spec: HostSpec, exit: HostExit, hasCulprit: boolean): Verdict {
    if (exit.isUnstarted === true) return this.#notStarted(spec);
    if (!this.#hasProgressed(exit)) return this.#diedLoading(spec);
    // By the next crash in a microtask it is known whether an event or the version causes them.
    const isUndecided = exit.phase === "microtasks" && !hasCulprit;
    if (!isUndecided) this.#progressed(spec);
    return { kind: "restart", spec, delay: 0, report: this.#oftenReport(spec.name) };
  }

  /**
   * What its sessions may keep when its memory has run out, less each time in a row; null after another end. The first
   * time only heavy sessions are closed: a script that leaks must not cost its clients their connections.
   */
  shedLimits({ bounds = defaultBounds }: HostSpec, { isOutOfMemory = false }: HostExit): ShedLimits | null {
    if (this.#hasServedLong) this.#memoryDeaths = 0;
    if (!isOutOfMemory) return null;
    this.#memoryDeaths += 1;
    const keep = bounds.memoryLimit / Math.min(2 ** (this.#memoryDeaths + 1), LEAST_SHARE);
    return { keep, heavy: this.#memoryDeaths === 1 ? HEAVY : 0 };
  }

  #progressed(spec: HostSpec): void {
    this.renew();
    this.#good = spec;
  }

  get #hasServedLong(): boolean {
    return this.#servesSince !== null && this.#clock.ticks() - this.#servesSince >= LOADED;
  }

  // A crash by an event takes the event with it. A crash by the takeover, by a notice of it, by the evaluation of the
  // script or by the first tick would recur for ever.
  #hasProgressed({ event, phase }: HostExit): boolean {
    if (this.#servesSince === null) return false;
    return this.#hasServedLong || (event >= this.#firstEvent && !BEFORE_EVENTS.has(phase));
  }

  // It is tried for as long as it takes, and its sessions stay: a shortage of the machine passes.
  #notStarted(spec: HostSpec): Verdict {
    const delay = Math.min(FIRST_PAUSE * 2 ** this.#failedStarts, LONGEST_START_PAUSE);
    this.#failedStarts += 1;
    return { kind: "restart", spec, delay, report: null };
  }

  #diedLoading(spec: HostSpec): Verdict {
    this.#failedLoads += 1;
    const wasFailed = this.#pause > 0;
    if (!wasFailed && this.#failedLoads < LOADS_TO_FAIL)
      return { kind: "restart", spec, delay: FIRST_PAUSE * 2 ** (this.#failedLoads - 1), report: null };
    const good = this.#good;
    // It stays the last good one while it starts: another version may be tried before it has shown that it works.
    if (!wasFailed && good !== null && good !== spec) {
      this.#failedLoads = 0;
      return { kind: "restart", spec: good, delay: FIRST_PAUSE, report: rolledBackReport(spec.name) };
    }
    this.#good = null;
    this.#pause = wasFailed ? Math.min(2 * this.#pause, LONGEST_PAUSE) : FIRST_FAILURE_PAUSE;
    this.#isDown = true;
    return { kind: "fail", spec, delay: this.#pause, report: null };
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

/** The consequence of a crash: the host restarts, or it fails and is tried again later. */
export interface Verdict {
  readonly kind: "restart" | "fail";
  /** The version that starts next. */
  readonly spec: HostSpec;
  /** After this pause, ms. */
  readonly delay: number;
  readonly report: HostReport | null;
}

/** Whether a host does something without being asked: it runs a program or a job, or ticks without clients. */
export function actsAlone({ scripts }: HostSpec): boolean {
  return scripts.some(({ info: { kind, runOptions } }) => {
    return kind === "program" || kind === "cron" || runOptions?.tickWhenEmpty === true;
  });
}

function rolledBackReport(name: string): HostReport {
  const text = errorText("PARLOR_HOST_ROLLED_BACK", { name, count: LOADS_TO_FAIL });
  return { code: "PARLOR_HOST_ROLLED_BACK", text };
}

/** In these phases no event has been begun, even if one has come. */
const BEFORE_EVENTS: ReadonlySet<Phase> = new Set(["loading", "notice"]);

/** After this many crashes in a row without progress, a version is no longer tried. */
const LOADS_TO_FAIL = 3;

/** The pause before the second load, ms; it doubles with each further one. */
const FIRST_PAUSE = 100;

/** The longest pause before a host that could not be started is tried again, ms. */
const LONGEST_START_PAUSE = 5000;

/** The pause after which a failed host is tried again, ms; it doubles with each failure, up to the longest. */
const FIRST_FAILURE_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

/**
 * Sessions that keep a smaller share of the limit together did not fill the memory: events did, one by one, and a host
 * that is attacked or saved often never serves long between them.
 */
const LEAST_SHARE = 32;

/** A session that keeps more than this is heavy, bytes: ten times as much as an ordinary one. */
const HEAVY = 8192;

/** More crashes than this, within `MANY_WITHIN` ms, are reported: each has cost an event. */
const MANY_CRASHES = 10;
const MANY_WITHIN = 10_000;

/** A host that has served for this long has loaded, even if no event came, ms. */
const LOADED = 10_000;
