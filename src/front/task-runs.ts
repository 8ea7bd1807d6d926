// Front: tasks that run on their own hosts, and modules that run on the host of a program.
import type { RunEvent, ScriptEvent } from "../boundary/events.ts";
import { ERRORS, errorText } from "../boundary/errors.ts";
import type { HostExit, HostListener } from "../boundary/host.ts";
import type { HostFactory, HostSpec } from "../boundary/host-spec.ts";
import type { Front } from "./front.ts";
import type { Outcome } from "./front-parts.ts";
import { faultsIn, type LogLine } from "../boundary/log-line.ts";
import type { HostReport } from "./supervise/host-report.ts";
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
    const event: RunEvent = { kind: "run", script: keysOf(spec)[0] ?? "task ", due: 0 };
    const slot = this.#front.addHost(spec, {
      makeHost: (incarnation, own, listener) =>
        makeHost(incarnation, own, {
          ...listener,
          onExit: (exit) => this.#onExit(event, exit, { spec, listener }),
        }),
    });
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
      if (faultsIn(line) > 0) run.hasFailed = true;
      run.onLine(line);
    }
  }

  /** A report about a host also goes to those who follow a run on it. */
  onReport(slot: number, { code, text }: HostReport): void {
    const about = { script: "", version: "", event: 0, fault: null, at: null };
    for (const run of this.#runs.values())
      if (run.slot === slot) run.onLine({ level: ERRORS[code].level, code, text, ...about });
  }

  // A task runs once: when its host has ended, by `process.exit()` or by a crash, it does not start again.
  #onExit(event: RunEvent, exit: HostExit, { spec, listener }: TaskHost): void {
    const run = this.#runs.get(event);
    if (run === undefined) return listener.onExit(exit);
    const { exitCode } = exit;
    if (exitCode === 0) return run.end({ ok: !run.hasFailed });
    listener.onLog(exitLine(spec, exit));
    run.end(exitCode === undefined ? { ok: false } : { ok: false, exitCode });
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
  /** The code, other than 0, with which it called `process.exit()`. */
  readonly exitCode?: number;
}

/** Follows a task: its log lines, and a signal that ends it. */
export interface TaskWatch {
  readonly onLine: (line: LogLine) => void;
  readonly signal: AbortSignal;
}

interface TaskHost {
  readonly spec: HostSpec;
  readonly listener: HostListener;
}

function exitLine({ scripts: [script] }: HostSpec, { reason, exitCode: code }: HostExit): LogLine {
  const { name = "", version = "" } = script?.info ?? {};
  const text =
    code === undefined
      ? errorText("PARLOR_TASK_FAILED/crash", { name, reason })
      : errorText("PARLOR_TASK_FAILED/exit", { name, code });
  return {
    ...{ level: "error", code: "PARLOR_TASK_FAILED", text, script: name, version },
    ...{ event: 0, fault: null, at: null },
  };
}

interface Run {
  readonly slot: number;
  readonly onLine: (line: LogLine) => void;
  readonly end: (outcome: TaskOutcome) => void;
  hasFailed: boolean;
}
