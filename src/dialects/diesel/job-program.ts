// Dialect: runs a cron or task script.
import type { Instance, Program, ScriptContext } from "../../host/api/dialect.ts";
import { Evaluation } from "./evaluation.ts";

/**
 * Published: the code of a job is its module's top level, in a context "new per run". An exported function `run`, or the
 * default export, is called when the module has been evaluated.
 */
export class JobProgram implements Program {
  readonly #script: ScriptContext;
  readonly #living = new Set<Evaluation>();

  constructor(script: ScriptContext) {
    this.#script = script;
  }

  async run(): Promise<void> {
    // The timers of a cron run last until the next run; those of a task last as long as its host.
    if (this.#script.info.kind === "cron") this.dispose();
    const evaluation = new Evaluation();
    this.#living.add(evaluation);
    const instance = await evaluation.instance(this.#script, null);
    await entryOf(instance)?.();
    // A task runs until its last timer has fired.
    if (this.#script.info.kind === "task") await instance.idle();
  }

  dispose(): void {
    for (const evaluation of this.#living) evaluation.end();
    this.#living.clear();
  }
}

function entryOf(instance: Instance): (() => unknown) | null {
  const { run, default: fallback } = instance.exports;
  const entry = typeof run === "function" ? run : fallback;
  return typeof entry === "function" ? (entry as () => unknown) : null;
}
