import { Worker } from "node:worker_threads";
import type { ScriptShape } from "../../boundary/shape.ts";
import type { AppProblem } from "../files/app-problem.ts";
import { problem } from "../files/app-problem.ts";
import { compileSource } from "../bundle/bundle.ts";
import type { Bundle } from "../bundle/bundle.ts";
import { entryFile } from "../../entry-file.ts";
import type { ScriptFile } from "../files/app-files.ts";
import type { ProbeReport, ProbeWork, ThrownError } from "./probe-messages.ts";
import { mapStack } from "../../host/script/source-map.ts";

/** A bundled script to be looked at. */
export interface ProbeScript {
  readonly script: Pick<ScriptFile, "name" | "file">;
  readonly bundle: Bundle;
}

/** How scripts are looked at. */
export interface ProbeOptions {
  /** How long one script may take to load; 5 seconds unless told otherwise. */
  readonly timeoutMs?: number;
  /** The bundles of the shared files that the scripts import, by file. */
  readonly shared?: ReadonlyMap<string, Bundle>;
}

type Outcome = ScriptShape | AppProblem | { readonly value: unknown };

/**
 * Evaluates each script once, in a thread of its own that ends afterwards, and tells what it exports. Commands made
 * while loading have no effect and timers do not start. One that loops for ever is named, and the rest is still read.
 */
export async function probe(
  scripts: readonly ProbeScript[],
  options: ProbeOptions = {},
): Promise<Map<string, ScriptShape | AppProblem>> {
  return (await probeAll(scripts, options, false)) as Map<string, ScriptShape | AppProblem>;
}

/** Evaluates the app's config in the same way and gives its default export, which must be plain data. */
export async function probeConfig(
  config: ProbeScript,
  options: ProbeOptions = {},
): Promise<{ readonly value: unknown } | AppProblem> {
  const outcomes = await probeAll([config], options, true);
  return outcomes.get(config.script.name) as { readonly value: unknown } | AppProblem;
}

async function probeAll(
  scripts: readonly ProbeScript[],
  options: ProbeOptions,
  config: boolean,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  let rest = scripts;
  while (rest.length > 0) {
    await new LoaderThread(rest, options, outcomes).run(config);
    const left = rest.filter(({ script }) => !outcomes.has(script.name));
    // Each round settles one script at least; should a thread not even start, asking again would not help.
    if (left.length === rest.length)
      left.splice(0).forEach(({ script }) => outcomes.set(script.name, endedItself(script.name)));
    rest = left;
  }
  return outcomes;
}

/** One thread that reads scripts one after the other, until all are read or one of them has to be given up. */
class LoaderThread {
  readonly #scripts: readonly ProbeScript[];
  readonly #timeoutMs: number;
  readonly #shared: ReadonlyMap<string, Bundle>;
  readonly #outcomes: Map<string, Outcome>;
  #current: string | null = null;
  #waiting = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(scripts: readonly ProbeScript[], options: ProbeOptions, outcomes: Map<string, Outcome>) {
    this.#scripts = scripts;
    this.#timeoutMs = options.timeoutMs ?? 5_000;
    this.#shared = options.shared ?? new Map();
    this.#outcomes = outcomes;
  }

  async run(config: boolean): Promise<void> {
    // What packages print while loading would come out once here and once more in the host.
    const worker = new Worker(entryFile("probe-entry"), {
      workerData: this.#work(config),
      stdout: true,
      stderr: true,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 1_024 },
    });
    this.#watch(worker);
    worker.on("message", (report: ProbeReport) => {
      this.#heard(report);
      if (this.#outcomes.size > 0 && this.#isDone()) void worker.terminate();
      else this.#watch(worker);
    });
    worker.on("error", (error) => this.#giveUp(this.#threw(error as ThrownError)));
    const exitCode = await new Promise<number>((resolve) => worker.once("exit", resolve));
    clearTimeout(this.#timer ?? undefined);
    if (this.#current === null) return;
    // With nothing left that could end its waiting, Node ends the thread with this code.
    const waits = exitCode === 13;
    this.#giveUp(waits ? stillWaiting(this.#current) : endedItself(this.#current));
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

  #watch(worker: Worker): void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = setTimeout(() => {
      const name = this.#culprit();
      this.#giveUp(this.#waiting ? stillWaiting(name) : stillRunning(name, this.#timeoutMs));
      void worker.terminate();
    }, this.#timeoutMs);
  }

  #heard(report: ProbeReport): void {
    this.#waiting = report.type === "waiting";
    this.#current = report.name;
    if (report.type === "begun" || report.type === "waiting") return;
    this.#current = null;
    this.#outcomes.set(report.name, this.#outcomeOf(report));
  }

  #outcomeOf(report: Exclude<ProbeReport, { type: "begun" | "waiting" }>): Outcome {
    if (report.type === "shape") return report.shape;
    if (report.type === "config") return { value: report.value };
    if (report.type === "threw") return this.#problemOf(report.name, report.error);
    const place = report.where === "" ? "its default export" : `"${report.where}"`;
    return problem("PARLOR_CONFIG/data", { file: report.name, place, what: report.what });
  }

  #threw(error: ThrownError): AppProblem {
    return this.#problemOf(this.#culprit(), error);
  }

  #problemOf(name: string, error: ThrownError): AppProblem {
    const { message, at } = mapStack(error, (source) => this.#mapOf(source));
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

  #mapOf(source: string): string | undefined {
    const script = this.#scripts.find(
      ({ script, bundle }) => compileSource(script.file, bundle).name === source,
    );
    if (script !== undefined) return script.bundle.map;
    return [...this.#shared].find(([file, bundle]) => compileSource(file, bundle).name === source)?.[1].map;
  }

  // Before the first one is begun it can only be the thread itself, and somebody has to be named.
  #culprit(): string {
    return this.#current ?? this.#scripts[0]?.script.name ?? "";
  }

  #giveUp(found: AppProblem): void {
    const name = this.#culprit();
    if (!this.#outcomes.has(name)) this.#outcomes.set(name, found);
    this.#current = null;
  }
}

function stillRunning(name: string, ms: number): AppProblem {
  return problem("PARLOR_SCRIPT_LOOPS/loop", { file: name, seconds: ms / 1_000 });
}

function stillWaiting(name: string): AppProblem {
  return problem("PARLOR_SCRIPT_LOOPS/wait", { file: name });
}

function endedItself(name: string): AppProblem {
  return problem("PARLOR_SCRIPT_THROWS/exit", { file: name });
}
