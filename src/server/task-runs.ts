import type { LogLine } from "../core/ports.ts";
import type { HostFactory, HostSpec } from "../scripts/host.ts";
import type { Front, Outcome } from "./front.ts";

/** How a task ended. */
export interface TaskOutcome {
  /** False when it threw, was ended, or took its thread down. */
  readonly ok: boolean;
}

interface Run {
  readonly onLine: (line: LogLine) => void;
  readonly end: (outcome: TaskOutcome) => void;
  hasFailed: boolean;
}

/** The tasks that are running: each has a thread of its own, which ends with it. */
export class TaskRuns {
  readonly #front: Front;
  readonly #runs = new Map<number, Run>();

  constructor(front: Front) {
    this.#front = front;
  }

  async run(
    spec: HostSpec,
    makeHost: HostFactory,
    watch: { readonly onLine: (line: LogLine) => void; readonly signal: AbortSignal },
  ): Promise<TaskOutcome> {
    const slot = this.#front.addHost(spec, makeHost);
    const outcome = new Promise<TaskOutcome>((end) => {
      this.#runs.set(slot, { onLine: watch.onLine, end, hasFailed: false });
      watch.signal.addEventListener("abort", () => end({ ok: false }), { once: true });
      if (watch.signal.aborted) end({ ok: false });
    });
    this.#front.tell(slot, { kind: "run", script: spec.scripts[0]?.info.name ?? "", due: 0 });
    const ended = await outcome;
    this.#runs.delete(slot);
    await this.#front.removeHost(slot);
    return ended;
  }

  /** Lines of a task's host go to whoever started it, too. */
  onLog(slot: number, line: LogLine): void {
    const run = this.#runs.get(slot);
    if (run === undefined) return;
    if (line.fault !== null) run.hasFailed = true;
    run.onLine(line);
  }

  /** The run that this slot's host was given has ended; false when the slot is no task's. */
  onSettled(slot: number, outcome: Outcome): boolean {
    const run = this.#runs.get(slot);
    run?.end({ ok: outcome === "done" && !run.hasFailed });
    return run !== undefined;
  }
}
