import type { Instance, ScriptContext } from "../../host/api/dialect.ts";
import { Evaluation } from "./evaluation.ts";

/**
 * Runs a cron or task script. Published: its code is that of the module's top level, in a context "new per run". A
 * function `run`, or the default export, is called when the module has been evaluated.
 */
export class JobProgram {
  readonly #side: ScriptContext;
  readonly #living = new Set<Evaluation>();

  constructor(side: ScriptContext) {
    this.#side = side;
  }

  async run(): Promise<void> {
    // What a cron job left over, a timer for instance, goes on until the next run; a task's lasts as long as its host.
    if (this.#side.info.kind === "cron") this.dispose();
    const evaluation = new Evaluation();
    this.#living.add(evaluation);
    const instance = await evaluation.begin(this.#side, null);
    await entryOf(instance)?.();
    // A standalone script that still has timers still has something to do.
    if (this.#side.info.kind === "task") await instance.idle();
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
