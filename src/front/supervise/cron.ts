// Front: starts cron scripts when they are due.
import type { Cron } from "croner";
import type { Clock, Timer } from "../../boundary/clock.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";
import { cronPattern } from "../../cron-pattern.ts";

/** Two runs of one job never overlap, whatever is saved meanwhile: its schedule, its code, the name of its file. */
export class CronSchedule {
  readonly #entries = new Map<ScriptKey, Entry>();
  /** The jobs of which a run goes. A job may be removed and added again meanwhile. */
  readonly #running = new Set<ScriptKey>();
  /** The jobs for which the cluster is asked who runs them. */
  readonly #asked = new Set<ScriptKey>();
  readonly #ports: CronPorts;
  #timer: Timer | null = null;
  /** The time of day minus monotonic time, when they were last compared. */
  #offset: number;

  constructor(ports: CronPorts) {
    this.#ports = ports;
    this.#offset = this.#currentOffset;
  }

  /** Schedules these jobs, and no others. A job whose schedule has not changed keeps it. */
  replace(jobs: readonly CronJob[]): void {
    const kept = new Set(jobs.map(({ script }) => script));
    for (const script of this.#entries.keys()) if (!kept.has(script)) this.#entries.delete(script);
    for (const job of jobs) if (!isSame(this.#entries.get(job.script)?.job, job)) this.#add(job);
    this.#sleep();
  }

  /** A run has ended, or was never begun: the next one may start. */
  done(script: ScriptKey, isBegun: boolean): void {
    if (!isBegun) this.#ports.onSkipped(script, "PARLOR_CRON_DROPPED/crashed");
    if (this.#running.delete(script)) this.#ports.claims.release(script);
  }

  /** When a job is due next, as time of day in ms; `null` when never. */
  next(script: ScriptKey): number | null {
    return this.#entries.get(script)?.due ?? null;
  }

  stop(): void {
    this.replace([]);
  }

  get #currentOffset(): number {
    const { clock } = this.#ports;
    return clock.now() - clock.ticks();
  }

  #add(job: CronJob): void {
    const entry: Entry = {
      job,
      pattern: cronPattern(job.schedule, job.timezone),
      due: null,
      last: -Infinity,
    };
    this.#entries.set(job.script, entry);
    plan(entry, this.#ports.clock.now());
  }

  // Never longer than a few seconds: no event says that the clock of the machine was set.
  #sleep(): void {
    const { clock } = this.#ports;
    this.#timer?.cancel();
    const dues = [...this.#entries.values()].flatMap(({ due }) => due ?? []);
    const rest = Math.min(LONGEST_REST, ...dues.map((due) => Math.max(0, due - clock.now())));
    this.#timer = dues.length === 0 ? null : clock.after(rest, this.#wake);
  }

  readonly #wake = (): void => {
    const now = this.#ports.clock.now();
    this.#compareClocks(now);
    for (const entry of [...this.#entries.values()])
      if (entry.due !== null && entry.due <= now) this.#fire(entry, entry.due);
    this.#sleep();
  };

  // A clock that is set back: runs would be due an hour later than they say. Set forward, they are due already.
  #compareClocks(now: number): void {
    const offset = this.#currentOffset;
    const jump = offset - this.#offset;
    this.#offset = offset;
    if (jump > -JUMP) return;
    for (const entry of this.#entries.values())
      plan(entry, entry.last - now > SMALL_STEP ? now : Math.max(now, entry.last));
  }

  #fire(entry: Entry, due: number): void {
    const { script } = entry.job;
    entry.last = due;
    // From now, not from the due time: after a long sleep, missed runs are not made up for.
    plan(entry, Math.max(due, this.#ports.clock.now()));
    if (this.#asked.has(script)) return this.#ports.onSkipped(script, "PARLOR_CRON_DROPPED/isolated");
    if (this.#running.has(script)) return this.#ports.onSkipped(script, "PARLOR_CRON_OVERLAP");
    this.#running.add(script);
    const claim = entry.job.runs === "cluster" ? this.#ports.claims.claim(script, due) : null;
    if (claim === null) this.#ports.run(script, due);
    else void this.#runIfClaimed(script, due, claim);
  }

  async #runIfClaimed(script: ScriptKey, due: number, claim: Promise<Claim>): Promise<void> {
    this.#asked.add(script);
    const result = await claim;
    this.#asked.delete(script);
    if (result === "mine") return this.#ports.run(script, due);
    this.#running.delete(script);
    if (result === "running") this.#ports.onSkipped(script, "PARLOR_CRON_OVERLAP");
    if (result === "unknown") this.#ports.onSkipped(script, "PARLOR_CRON_DROPPED/isolated");
  }
}

/** `other`: another node runs it. `running`: the previous run still goes on another node. `unknown`: without the cluster. */
export type Claim = "mine" | "other" | "running" | "unknown";

/** Decides which node of a cluster runs a job. */
export interface CronClaims {
  /** Null without a cluster. */
  claim(script: ScriptKey, due: number): Promise<Claim> | null;
  /** The run has ended. */
  release(script: ScriptKey): void;
}

/** There is no cluster. */
export const NO_CLAIMS: CronClaims = { claim: () => null, release: () => undefined };

interface Entry {
  readonly job: CronJob;
  readonly pattern: Cron;
  /** Time of day, ms; null when never. */
  due: number | null;
  /** When its last run was due. */
  last: number;
}

/** A job and its schedule. */
export interface CronJob {
  readonly script: ScriptKey;
  /** Six fields with seconds first, or five. */
  readonly schedule: string;
  /** An IANA time zone; `null` is the machine's. */
  readonly timezone: string | null;
  /** Where each run happens: on one node of the cluster, or on every node. */
  readonly runs: "cluster" | "node";
}

export interface CronPorts {
  readonly clock: Clock;
  readonly claims: CronClaims;
  /** Starts a run that was due at this time of day. */
  run(script: ScriptKey, due: number): void;
  /** A run was due while the previous one was still running, while nothing could run it, or while the cluster did not reply. */
  onSkipped(script: ScriptKey, why: SkipReason): void;
}

export type SkipReason =
  "PARLOR_CRON_OVERLAP" | "PARLOR_CRON_DROPPED/crashed" | "PARLOR_CRON_DROPPED/isolated";

/** After at most this long the clocks are compared, ms. */
const LONGEST_REST = 10_000;

/** Clocks that differ by this much more than before: one of them was set, ms. */
const JUMP = 500;

/** After a step back of up to this, a run that has just started is not started again, ms. */
const SMALL_STEP = 10_000;

function plan(entry: Entry, after: number): void {
  entry.due = entry.pattern.nextRun(new Date(after))?.getTime() ?? null;
}

function isSame(old: CronJob | undefined, job: CronJob): boolean {
  return old?.schedule === job.schedule && old.timezone === job.timezone;
}
