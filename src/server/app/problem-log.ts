// Server: writes the problems and warnings of an app, and what a reload has done, to the log.
import { ERRORS } from "../../boundary/errors.ts";
import { formatProblem, type AppProblem } from "../../load/files/app-problem.ts";
import type { Log } from "../../log.ts";
import type { LineFields } from "../log/server-log.ts";
import { reloadSummary, type ReloadReport } from "./reload-report.ts";

/**
 * An entry for each problem, and for each likely mistake. `served`: the names of the scripts that are served, of which
 * those with a problem are in their previous version.
 */
export function logLoaded(
  log: Log,
  { problems, warnings }: Loaded,
  served: ReadonlySet<string> = NONE,
): void {
  for (const problem of [...problems, ...warnings]) {
    const { code } = problem;
    const isWarning = warnings.includes(problem);
    const outcome = !isWarning && served.has(problem.file) ? "; the previous version keeps serving" : "";
    log[isWarning ? "warn" : ERRORS[code].level](
      { code, ...placeOf(problem) },
      `${formatProblem(problem)}${outcome}`,
    );
  }
}

type Loaded = Pick<ReloadReport, "problems" | "warnings">;

const NONE: ReadonlySet<string> = new Set();

/** One entry for a reload that an operator has asked for: what has changed, and what has failed. */
export function logReload(log: Log, report: ReloadReport, duration: number): void {
  const { changed, removed, problems, refused } = report;
  const failed = [...problems, ...refused].map(({ file }) => file);
  const level = failed.length > 0 ? "warn" : "info";
  const code = failed.length > 0 ? { code: "PARLOR_RELOAD_PARTLY" } : {};
  const fields = { kind: "reload", ...code, changed, removed, failed, duration: Math.round(duration) };
  log[level](fields, `reloaded: ${reloadSummary({ changed, removed, failed: new Set(failed).size })}`);
}

function placeOf({ file, line, column }: AppProblem): LineFields {
  return { file, ...(line !== null && { line }), ...(column !== null && { column }) };
}
