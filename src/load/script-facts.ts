// Load: what a script's file, bundle and exports say about it.
import type { ScriptSource } from "../boundary/host-spec.ts";
import type { ScriptInfo } from "../boundary/script-info.ts";
import type { ScriptShape } from "../boundary/shape.ts";
import { scheduleProblem } from "../cron-pattern.ts";
import { compileSource, type Bundle } from "./bundle/bundle.ts";
import { problem, type AppProblem } from "./files/app-problem.ts";
import { dialectOf, type ScriptFile } from "./files/script-file.ts";

export function scriptInfoOf(
  script: ScriptFile,
  facts: Pick<
    ScriptInfo,
    | "version"
    | "exports"
    | "scope"
    | "tickRate"
    | "runOptions"
    | "protocols"
    | "limits"
    | "resume"
    | "history"
    | "isTyped"
    | "runs"
  >,
): ScriptInfo {
  const { kind, name, route } = script;
  return { kind, name, route, dialect: dialectOf(script), ...facts };
}

// Where a Bolt program's paths begin: all others have their route by their name.
export function mountOf(script: ScriptFile, { exports }: ScriptShape): string | AppProblem {
  const mount = exports["mount"];
  if (dialectOf(script) !== "bolt" || mount === undefined) return script.route;
  const value = mount.type === "data" ? mount.value : null;
  if (typeof value === "string" && /^(\/[\w.~-]+)+$/.test(value)) return value;
  return contractProblem(script, `"mount" must be a literal path, as in: export const mount = "/shop"`);
}

export function contractProblem({ name }: ScriptFile, text: string): AppProblem {
  return problem("PARLOR_SCRIPT_CONTRACT", { file: name, problem: text });
}

export function isProbed(script: ScriptFile): boolean {
  return script.kind === "ws" || script.kind === "http";
}

export function sourceOf(file: string, bundle: Bundle): ScriptSource {
  return { ...compileSource(file, bundle), map: bundle.map };
}

/** When a cron script runs. */
export interface Schedule {
  readonly pattern: string;
  readonly timezone: string | null;
  /** Where each run happens: on one node of the cluster, or on every node. */
  readonly runs: "cluster" | "node";
}

/** A cron script's schedule, or what is wrong with it; null for other scripts. */
export function scheduleOf(script: ScriptFile, shape: ScriptShape): Schedule | AppProblem | null {
  const pattern = exportText(shape, "schedule");
  if (script.kind !== "cron" || pattern === null) return null;
  const timezone = exportText(shape, "timezone");
  const wrong = scheduleProblem(pattern, timezone);
  const runs = exportText(shape, "runs") === "node" ? "node" : "cluster";
  return wrong === null ? { pattern, timezone, runs } : contractProblem(script, wrong);
}

function exportText(shape: ScriptShape, name: string): string | null {
  const value = shape.exports[name];
  return value?.type === "data" && typeof value.value === "string" ? value.value : null;
}
