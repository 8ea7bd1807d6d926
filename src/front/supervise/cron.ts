// Front: starts cron scripts when they are due.
import type { Cron } from "croner";
import { LONGEST_SLEEP, type Clock, type Timer } from "../../boundary/clock.ts";
import { cronPattern } from "../../cron-pattern.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** Two runs of one script never overlap. */
export class CronSchedule {
  readonly #entries = new Map<ScriptKey, Entry>();
  readonly #ports: CronPorts;

  constructor(ports: CronPorts) {
    this.#ports = ports;
  }

  /** Schedules a script, in place of its previous schedule. */
  set(job: CronJob): void {
    this.remove(job.script);
    const pattern = cronPattern(job.schedule, job.timezone);
    const entry: Entry = { job, pattern, timer: null, isRunning: false, due: 0 };
    this.#entries.set(job.script, entry);
    this.#plan(entry, this.#ports.clock.now());
  }

  remove(script: ScriptKey): void {
    this.#entries.get(script)?.timer?.cancel();
    this.#entries.delete(script);
  }

  /** A run has ended: the next one may start. */
  done(script: ScriptKey): void {
    const entry = this.#entries.get(script);
    if (entry !== undefined) entry.isRunning = false;
  }

  /** When a script is due next, as time of day in ms; `null` when never. */
  next(script: ScriptKey): number | null {
    return this.#entries.get(script)?.due ?? null;
  }

  stop(): void {
    for (const script of [...this.#entries.keys()]) this.remove(script);
  }

  #plan(entry: Entry, after: number): void {
    const due = entry.pattern.nextRun(new Date(after))?.getTime();
    if (due === undefined) return;
    entry.due = due;
    this.#sleep(entry);
  }

  #sleep(entry: Entry): void {
    const rest = Math.max(0, entry.due - this.#ports.clock.now());
    entry.timer = this.#ports.clock.after(Math.min(rest, LONGEST_SLEEP), () => this.#wake(entry));
  }

  #wake(entry: Entry): void {
    if (this.#ports.clock.now() < entry.due) {
      this.#sleep(entry);
      return;
    }
    this.#fire(entry);
    // From now, not from the due time: after a long sleep, missed runs are not made up for.
    this.#plan(entry, Math.max(entry.due, this.#ports.clock.now()));
  }

  #fire(entry: Entry): void {
    if (entry.isRunning) {
      this.#ports.onOverlap(entry.job.script);
      return;
    }
    entry.isRunning = true;
    this.#ports.run(entry.job.script, entry.due);
  }
}

interface Entry {
  readonly job: CronJob;
  readonly pattern: Cron;
  timer: Timer | null;
  isRunning: boolean;
  due: number;
}

/** A cron script and its exports. */
export interface CronJob {
  readonly script: ScriptKey;
  /** Six fields with seconds first, or five. */
  readonly schedule: string;
  /** An IANA time zone; `null` is the machine's. */
  readonly timezone: string | null;
}

export interface CronPorts {
  readonly clock: Clock;
  /** Starts a run that was due at this time of day. */
  run(script: ScriptKey, due: number): void;
  /** A run was due while the previous one was still running: it is skipped. */
  onOverlap(script: ScriptKey): void;
}
