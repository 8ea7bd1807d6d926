// Load: evaluates scripts on probe threads and reads their exports.
import type { ScriptShape } from "../../boundary/shape.ts";
import type { AppProblem } from "../files/app-problem.ts";
import {
  endedItself,
  ProbeThread,
  type ProbeOutcome,
  type ProbeOptions,
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
  return (await probeAll(scripts, options, false)) as Map<string, ScriptShape | AppProblem>;
}

/** Evaluates the app's config in the same way and returns its default export, which must be plain data. */
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
): Promise<Map<string, ProbeOutcome>> {
  const outcomes = new Map<string, ProbeOutcome>();
  let rest = scripts;
  while (rest.length > 0) {
    await new ProbeThread(rest, options, outcomes).run(config);
    const left = rest.filter(({ script }) => !outcomes.has(script.name));
    // Each round settles at least one script; a thread that does not start would not start again either.
    if (left.length === rest.length)
      left.splice(0).forEach(({ script }) => outcomes.set(script.name, endedItself(script.name)));
    rest = left;
  }
  return outcomes;
}
