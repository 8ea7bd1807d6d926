// Server: refuses to serve an app that has nothing to serve, or whose config does not load.
import { resolve } from "node:path";
import { ParlorError } from "../../boundary/errors.ts";
import { NOTHING_FOUND } from "../../load/files/empty-app.ts";
import { formatProblem, type AppProblem } from "../../load/files/app-problem.ts";
import type { LoadedApp } from "../../load/load-app.ts";

/** Refuses an app that cannot be served. `mayBeEmpty`: whether a folder without scripts can, unless another was meant. */
export function refuseUnservable(app: LoadedApp, mayBeEmpty = false): void {
  refuseWrongConfig(app);
  if (app.scripts.length > 0 || app.files.publicDir !== null) return;
  const [first] = app.problems;
  if (first?.code === "PARLOR_APP_MISSING") throw new ParlorError(first.code, { file: first.file });
  const { hint } = app.files;
  if (mayBeEmpty && hint === NOTHING_FOUND) return;
  if (hint !== undefined) throw new ParlorError("PARLOR_APP_EMPTY", { file: app.files.root, hint });
  const problems = app.problems.map(withoutColumn).join("\n");
  throw new ParlorError("PARLOR_NOTHING_SERVED", { folder: resolve(app.files.root), problems });
}

// The defaults could open what the config was to close, so a config that does not load is never replaced by them.
function refuseWrongConfig({ configProblems }: LoadedApp): void {
  if (configProblems.length === 0) return;
  throw new ParlorError("PARLOR_CONFIG/refused", { problems: configProblems.map(formatProblem).join("\n") });
}

function withoutColumn(problem: AppProblem): string {
  return formatProblem({ ...problem, column: null });
}
