import type { RunEvent, ScriptEvent } from "../boundary/events.ts";
import type { HostFactory, HostSpec } from "../boundary/host-spec.ts";
import type { Front } from "./front.ts";
import type { Outcome } from "./front-parts.ts";
import type { LogLine } from "../boundary/log-line.ts";

/** How a task ended. */
export interface TaskOutcome {
  /** False when it threw, was ended, or took its thread down. */
  readonly ok: boolean;
}

/** How somebody who started a task follows it. */
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

/** What was asked to run: tasks, each on a thread of its own that ends with it, and modules of a program's folder. */
export class TaskRuns {
  readonly #front: Front;
  readonly #runs = new Map<ScriptEvent, Run>();

  constructor(front: Front) {
    this.#front = front;
  }

  /** Runs a task on a host of its own. */
  async run(spec: HostSpec, makeHost: HostFactory, watch: TaskWatch): Promise<TaskOutcome> {
    const slot = this.#front.addHost(spec, makeHost);
    const event: RunEvent = { kind: "run", script: spec.scripts[0]?.info.name ?? "", due: 0 };
    const ended = await this.runOn(slot, event, watch);
    await this.#front.removeHost(slot);
    return ended;
  }

  /** Runs something on a host that there is, and that goes on when it has ended or is not waited for any more. */
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

  /** A host has gone for good: what runs on it has failed. */
  drop(slot: number): void {
    for (const run of this.#runs.values()) if (run.slot === slot) run.end({ ok: false });
  }

  /** Lines of a host go to whoever has something running on it, too. */
  onLog(slot: number, line: LogLine): void {
    for (const run of this.#runs.values()) {
      if (run.slot !== slot) continue;
      if (line.fault !== null) run.hasFailed = true;
      run.onLine(line);
    }
  }

  /** A run has ended; false when it is nobody's here. */
  onSettled(event: RunEvent, outcome: Outcome): boolean {
    const run = this.#runs.get(event);
    run?.end({ ok: outcome === "done" && !run.hasFailed });
    return run !== undefined;
  }
}
