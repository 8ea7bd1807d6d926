// Load: one thread that evaluates scripts and reports their exports, with a time limit for each.
import { Worker } from "node:worker_threads";
import type { ScriptShape } from "../../boundary/shape.ts";
import { keepWorkingFolder } from "../../working-folder.ts";
import { entryFile } from "../../entry-file.ts";
import { findMapIn, mapStack, type FindMap } from "../../host/script/source-map.ts";
import { compileSource, type Bundle } from "../bundle/bundle.ts";
import { problem, type AppProblem } from "../files/app-problem.ts";
import type { ScriptFile } from "../files/script-file.ts";
import type { ProbeReport, ProbeWork, ThrownError } from "./probe-messages.ts";

/**
 * One thread that evaluates scripts one after the other, until all are done or one of them is given up. A slow one keeps
 * it for itself: the others go to another thread.
 */
export class ProbeThread {
  #scripts: readonly ProbeScript[];
  readonly #timeoutMs: number;
  readonly #shared: ReadonlyMap<string, Bundle>;
  readonly #onSlow: (others: readonly ProbeScript[]) => void;
  readonly #outcomes: ProbeOutcomes;
  #current: string | null = null;
  #isWaiting = false;
  #timer: NodeJS.Timeout | null = null;
  #late: NodeJS.Timeout | undefined;
  #onLate: () => void = () => undefined;
  #slowTimer: NodeJS.Timeout | null = null;

  constructor(scripts: readonly ProbeScript[], options: ThreadOptions, outcomes: ProbeOutcomes) {
    this.#scripts = scripts;
    this.#timeoutMs = options.timeoutMs ?? 5_000;
    this.#shared = options.shared ?? new Map();
    this.#onSlow = options.onSlow;
    this.#outcomes = outcomes;
  }

  /** Resolves when the thread has ended: with the reason, if it could not be started, or null. */
  async run(config: boolean): Promise<string | null> {
    let unstarted: string | null = null;
    keepWorkingFolder();
    // Packages that print while they load would print here and again in the host.
    const worker = new Worker(entryFile("probe-entry"), {
      workerData: this.#work(config),
      stdout: true,
      stderr: true,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 1_024 },
    });
    this.#watch(worker);
    worker.on("message", (report: ProbeReport) => {
      this.#onReport(report);
      if (this.#isDone()) this.#end(worker);
      else this.#watch(worker);
    });
    worker.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === UNSTARTED) unstarted = error.message;
      else this.#giveUp(this.#thrownProblem(error as ThrownError));
    });
    const exitCode = await this.#ended(worker);
    this.#stopTimers();
    if (this.#current === null || unstarted !== null) return unstarted;
    // Node ends a thread with this code when its top-level await can never settle.
    const isWaiting = exitCode === 13;
    this.#giveUp(isWaiting ? stillWaiting(this.#current) : endedItself(this.#current));
    return null;
  }

  #work(config: boolean): ProbeWork {
    const scripts = this.#scripts.map(({ script, bundle }) => {
      return { name: script.name, source: compileSource(script.file, bundle) };
    });
    return {
      scripts,
      shared: [...this.#shared].map(([file, bundle]) => compileSource(file, bundle)),
      config,
    };
  }

  #isDone(): boolean {
    return this.#scripts.every(({ script }) => this.#outcomes.has(script.name));
  }

  #stopTimers(): void {
    clearTimeout(this.#timer ?? undefined);
    clearTimeout(this.#slowTimer ?? undefined);
  }

  // Until the first script starts, it is the machine that is slow.
  #watch(worker: Worker): void {
    this.#stopTimers();
    if (this.#current !== null) this.#slowTimer = setTimeout(this.#keepOne, SLOW_MS);
    this.#timer = setTimeout(() => {
      const name = this.#culprit();
      this.#giveUp(this.#isWaiting ? stillWaiting(name) : stillRunning(name, this.#timeoutMs));
      this.#end(worker);
    }, this.#timeoutMs);
  }

  // A thread in a system call, such as a read of a pipe, does not end.
  #end(worker: Worker): void {
    void worker.terminate();
    clearTimeout(this.#late);
    this.#late = setTimeout(this.#onLate, END_LIMIT);
  }

  async #ended(worker: Worker): Promise<number> {
    const exitCode = await new Promise<number>((resolve) => {
      this.#onLate = () => resolve(1);
      worker.once("exit", resolve);
    });
    clearTimeout(this.#late);
    worker.unref();
    return exitCode;
  }

  readonly #keepOne = (): void => {
    const others = this.#scripts.filter(({ script: { name } }) => {
      return name !== this.#current && !this.#outcomes.has(name);
    });
    if (others.length === 0) return;
    this.#scripts = this.#scripts.filter((script) => !others.includes(script));
    this.#onSlow(others);
  };

  #onReport(report: ProbeReport): void {
    if (!this.#scripts.some(({ script }) => script.name === report.name)) return;
    this.#isWaiting = report.type === "waiting";
    this.#current = report.name;
    if (report.type === "started" || report.type === "waiting") return;
    this.#current = null;
    this.#outcomes.set(report.name, this.#outcomeOf(report));
  }

  #outcomeOf(report: Exclude<ProbeReport, { type: "started" | "waiting" }>): ProbeOutcome {
    if (report.type === "shape") return report.shape;
    if (report.type === "config") return { value: report.value };
    if (report.type === "threw") return this.#problemOf(report.name, report.error);
    const place = report.where === "" ? "its default export" : `"${report.where}"`;
    return problem("PARLOR_CONFIG/data", { file: report.name, place, what: report.what });
  }

  #thrownProblem(error: ThrownError): AppProblem {
    return this.#problemOf(this.#culprit(), error);
  }

  #problemOf(name: string, error: ThrownError): AppProblem {
    const { message, at } = mapStack(error, this.#maps());
    const place = /^(.*):(\d+):(\d+)$/.exec(at ?? "");
    const known = { file: name, error: message.replaceAll(/\s+/g, " ") };
    if (place === null) return problem("PARLOR_SCRIPT_THROWS/error", known);
    const [, file = name, line, column] = place;
    return problem("PARLOR_SCRIPT_THROWS/error", {
      ...known,
      file,
      line: Number(line),
      column: Number(column),
    });
  }

  // Made at a fault only: most scripts have none.
  #maps(): FindMap {
    const scripts = this.#scripts.map(({ script, bundle }) => [script.file, bundle] as const);
    const sources = [...scripts, ...this.#shared];
    return findMapIn(
      sources.map(([file, bundle]) => ({ name: compileSource(file, bundle).name, map: bundle.map })),
    );
  }

  // Before the first script starts, a failure is the thread's own; the first script stands for it.
  #culprit(): string {
    return this.#current ?? this.#scripts[0]?.script.name ?? "";
  }

  #giveUp(found: AppProblem): void {
    const name = this.#culprit();
    if (!this.#outcomes.has(name)) this.#outcomes.set(name, found);
    this.#current = null;
  }
}

/** How long a thread that is given up may take to end, ms. */
const END_LIMIT = 500;

/** Node's code for a thread that the machine has no descriptors, no memory or no place for. */
const UNSTARTED = "ERR_WORKER_INIT_FAILED";

/** Where the outcomes go, by the names of the scripts; each is set once. */
export interface ProbeOutcomes {
  has(name: string): boolean;
  set(name: string, outcome: ProbeOutcome): void;
}

export interface ThreadOptions extends ProbeOptions {
  /** A script takes long: these are left out, and must be evaluated elsewhere. */
  readonly onSlow: (others: readonly ProbeScript[]) => void;
}

/** A script that takes longer than this delays no other, ms. */
const SLOW_MS = 300;

/** A bundled script to probe. */
export interface ProbeScript {
  readonly script: Pick<ScriptFile, "name" | "file">;
  readonly bundle: Bundle;
}

/** How scripts are probed. */
export interface ProbeOptions {
  /** How long one script may take to load; default 5 seconds. */
  readonly timeoutMs?: number;
  /** The bundles of the shared files that the scripts import, by file. */
  readonly shared?: ReadonlyMap<string, Bundle>;
}

/** The exports of a script, its problem, or the value of a config. */
export type ProbeOutcome = ScriptShape | AppProblem | { readonly value: unknown };

function stillRunning(name: string, ms: number): AppProblem {
  return problem("PARLOR_SCRIPT_LOOPS/loop", { file: name, seconds: ms / 1_000 });
}

function stillWaiting(name: string): AppProblem {
  return problem("PARLOR_SCRIPT_LOOPS/wait", { file: name });
}

/** The problem of a script whose thread ended without a report, or could not be started for this reason. */
export function endedItself(name: string, unstarted: string | null = null): AppProblem {
  if (unstarted !== null) return problem("PARLOR_SCRIPT_UNTRIED", { file: name, reason: unstarted });
  return problem("PARLOR_SCRIPT_THROWS/exit", { file: name });
}
