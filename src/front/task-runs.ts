// Front: tasks that run on their own hosts, and modules that run on the host of a program.
import type { RunEvent, ScriptEvent } from "../boundary/events.ts";
import type { HostFactory, HostSpec } from "../boundary/host-spec.ts";
import type { Front } from "./front.ts";
import type { Outcome } from "./front-parts.ts";
import type { LogLine } from "../boundary/log-line.ts";
import { keysOf } from "../boundary/script-key.ts";

/** The host of a task ends with it. */
export class TaskRuns {
  readonly #front: Front;
  readonly #runs = new Map<ScriptEvent, Run>();

  constructor(front: Front) {
    this.#front = front;
  }

  /** Runs a task on its own host. */
  async run(spec: HostSpec, makeHost: HostFactory, watch: TaskWatch): Promise<TaskOutcome> {
    const slot = this.#front.addHost(spec, { makeHost });
    const event: RunEvent = { kind: "run", script: keysOf(spec)[0] ?? "task ", due: 0 };
    const ended = await this.runOn(slot, event, watch);
    await this.#front.removeHost(slot);
    return ended;
  }

  /** Runs something on an existing host, which continues after it. */
  async runOn(slot: number, event: RunEvent, watch: TaskWatch): Promise<TaskOutcome> {
    const outcome = new Promise<TaskOutcome>((end) => {
      this.#runs.set(event, { slot, onLine: watch.onLine, end, hasFailed: false });
      watch.signal.addEventListener("abort", () => end({ ok: false }), { once: true });
      if (watch.signal.aborted) end({ ok: false });
    });
    this.#front.push(slot, event);
    const ended = await outcome;
    this.#runs.delete(event);
    return ended;
  }

  /** A host has been removed: all that ran on it has failed. */
  drop(slot: number): void {
    for (const run of this.#runs.values()) if (run.slot === slot) run.end({ ok: false });
  }

  /** A log line of a host also goes to those who follow a run on it. */
  onLog(slot: number, line: LogLine): void {
    for (const run of this.#runs.values()) {
      if (run.slot !== slot) continue;
      if (line.fault !== null) run.hasFailed = true;
      run.onLine(line);
    }
  }

  /** A run has ended. Returns false when it was not started here. */
  onSettled(event: RunEvent, outcome: Outcome): boolean {
    const run = this.#runs.get(event);
    run?.end({ ok: outcome === "done" && !run.hasFailed });
    return run !== undefined;
  }
}

/** How a task ended. */
export interface TaskOutcome {
  /** False when it threw, was ended, or took its thread down. */
  readonly ok: boolean;
}

/** Follows a task: its log lines, and a signal that ends it. */
export interface TaskWatch {
  readonly onLine: (line: LogLine) => void;
  readonly signal: AbortSignal;
}

interface Run {
  readonly slot: number;
  readonly onLine: (line: LogLine) => void;
  readonly end: (outcome: TaskOutcome) => void;
  hasFailed: boolean;
}
