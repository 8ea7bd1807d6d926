// Server: what keeps a server from being healthy: files that do not load, and hosts that fail.
import type { AppProblem } from "../../load/files/app-problem.ts";
import type { Supervisor } from "../../front/supervise/supervisor.ts";
import type { HealthProblem } from "./health.ts";
import type { DatedProblem } from "./app-record.ts";

/** The problem of a file, or of a route. The route is null if no script has it, as for a file in `shared/`. */
export function problemOfFile(problem: DatedProblem, rows: readonly ScriptRow[]): HealthProblem {
  const { file, code, message, since } = problem;
  const route = rows.find((row) => row.script === file || row.route === file)?.route ?? null;
  return { at: placeOf(problem), route, code, message, since: timeOf(since) };
}

/** The problems of a host that fails, one for each of its scripts. */
export function problemsOfHost({ spec, restarts: { last, failingSince } }: Supervisor): HealthProblem[] {
  const { code = "PARLOR_HOST_FAILED", text: message = "" } = last ?? {};
  const since = timeOf(failingSince);
  return spec.scripts.map(({ info: { name, route } }) => ({ at: name, route, code, message, since }));
}

/** The problems of a host on which an earlier version than the newest serves. */
export function problemsOfRollback({ spec, rolledBack }: Supervisor): HealthProblem[] {
  if (rolledBack === null) return [];
  const { code, text: message } = rolledBack.report;
  const since = timeOf(rolledBack.since);
  return spec.scripts.map(({ info: { name, route } }) => ({ at: name, route, code, message, since }));
}

/** A script and its route. */
interface ScriptRow {
  readonly script: string;
  readonly route: string;
}

function placeOf({ file, line, column }: AppProblem): string {
  return [file, line, column].filter((part) => part !== null).join(":");
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
