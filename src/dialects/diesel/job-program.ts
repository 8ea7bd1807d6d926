import type { Instance, ScriptContext } from "../../host/api/dialect.ts";
import { Evaluation } from "./evaluation.ts";

/**
 * Runs a cron or task script. Published: its code is that of the module's top level, in a context "new per run". A
 * function `run`, or the default export, is called when the module has been evaluated.
 */
export class JobProgram {
  readonly #script: ScriptContext;
  readonly #living = new Set<Evaluation>();

  constructor(script: ScriptContext) {
    this.#script = script;
  }

  async run(): Promise<void> {
    // What a cron job left over, a timer for instance, goes on until the next run; a task's lasts as long as its host.
    if (this.#script.info.kind === "cron") this.dispose();
    const evaluation = new Evaluation();
    this.#living.add(evaluation);
    const instance = await evaluation.instance(this.#script, null);
    await entryOf(instance)?.();
    // A standalone script that still has timers still has something to do.
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
