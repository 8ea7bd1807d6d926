// Server: refuses to serve an app that has nothing to serve, or whose config does not load.
import { resolve } from "node:path";
import { ParlorError } from "../../boundary/errors.ts";
import { formatProblem, type AppProblem } from "../../load/files/app-problem.ts";
import type { LoadedApp } from "../../load/load-app.ts";

/** Refuses an app that cannot be served. */
export function refuseUnservable(app: LoadedApp): void {
  refuseWrongConfig(app);
  if (app.scripts.length > 0 || app.files.publicDir !== null) return;
  const [first] = app.problems;
  if (first?.code === "PARLOR_APP_MISSING" || first?.code === "PARLOR_APP_EMPTY")
    throw new ParlorError(first.code, { file: first.file });
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
