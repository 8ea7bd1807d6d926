// Load: evaluates scripts on probe threads and reads their exports.
import type { ScriptShape } from "../../boundary/shape.ts";
import type { AppProblem } from "../files/app-problem.ts";
import {
  endedItself,
  ProbeThread,
  type ProbeOutcome,
  type ProbeOptions,
  type ProbeOutcomes,
  type ProbeScript,
} from "./probe-thread.ts";

export type { ProbeOptions, ProbeScript } from "./probe-thread.ts";

/**
 * Evaluates each script once, on a thread that ends afterwards, and returns its exports. Commands made while loading
 * have no effect and timers do not start. A script that loops for ever gets a problem; the others are still read.
 */
export async function probe(
  scripts: readonly ProbeScript[],
  options: ProbeOptions = {},
): Promise<Map<string, ScriptShape | AppProblem>> {
  const shapes = new Map<string, ScriptShape | AppProblem>();
  const started = startProbes(scripts, options);
  for (const [name, outcome] of started) shapes.set(name, await outcome);
  return shapes;
}

/** As `probe`, with the outcome of each script as soon as it is known. */
export function startProbes(
  scripts: readonly ProbeScript[],
  options: ProbeOptions = {},
): ReadonlyMap<string, Promise<ScriptShape | AppProblem>> {
  return startAll(scripts, options, false) as ReadonlyMap<string, Promise<ScriptShape | AppProblem>>;
}

/** Evaluates the app's config in the same way and returns its default export, which must be plain data. */
export async function probeConfig(
  config: ProbeScript,
  options: ProbeOptions = {},
): Promise<{ readonly value: unknown } | AppProblem> {
  const outcome = await startAll([config], options, true).get(config.script.name);
  return outcome as { readonly value: unknown } | AppProblem;
}

function startAll(
  scripts: readonly ProbeScript[],
  options: ProbeOptions,
  config: boolean,
): ReadonlyMap<string, Promise<ProbeOutcome>> {
  const outcomes = new Outcomes(scripts);
  void probeAll(scripts, outcomes, { options, config });
  return outcomes.promises;
}

async function probeAll(
  scripts: readonly ProbeScript[],
  outcomes: Outcomes,
  how: { readonly options: ProbeOptions; readonly config: boolean },
): Promise<void> {
  let rest = scripts;
  let attempts = 0;
  const onSlow = (others: readonly ProbeScript[]): void => {
    rest = rest.filter((script) => !others.includes(script));
    void probeAll(others, outcomes, how);
  };
  while (rest.length > 0) {
    const unstarted = await new ProbeThread(rest, { ...how.options, onSlow }, outcomes).run(how.config);
    const left = rest.filter(({ script }) => !outcomes.has(script.name));
    if (unstarted !== null && (attempts += 1) < ATTEMPTS) await pause(PAUSE);
    // Else each round settles at least one script.
    else if (left.length === rest.length) settleAll(left.splice(0), outcomes, unstarted);
    rest = left;
  }
}

function settleAll(scripts: readonly ProbeScript[], outcomes: Outcomes, unstarted: string | null): void {
  for (const { script } of scripts) outcomes.set(script.name, endedItself(script.name, unstarted));
}

/** How often the machine is asked for a thread, and the pause before it is asked again, ms: a shortage often passes. */
const ATTEMPTS = 10;
const PAUSE = 200;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The outcomes of some scripts, known and to come. */
class Outcomes implements ProbeOutcomes {
  readonly promises = new Map<string, Promise<ProbeOutcome>>();
  readonly #waiting = new Map<string, (outcome: ProbeOutcome) => void>();

  constructor(scripts: readonly ProbeScript[]) {
    for (const { script } of scripts) {
      const outcome = new Promise<ProbeOutcome>((resolve) => this.#waiting.set(script.name, resolve));
      this.promises.set(script.name, outcome);
    }
  }

  has(name: string): boolean {
    return !this.#waiting.has(name);
  }

  set(name: string, outcome: ProbeOutcome): void {
    this.#waiting.get(name)?.(outcome);
    this.#waiting.delete(name);
  }
}
