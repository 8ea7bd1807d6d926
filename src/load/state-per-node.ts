// Load: scripts that have one state, where several processes serve the app: each process has its own.
import type { ScriptInfo } from "../boundary/script-info.ts";
import type { ResolvedConfig } from "../config.ts";
import { problem, type AppProblem } from "./files/app-problem.ts";
import type { LoadedApp } from "./load-app.ts";

/** One warning for each such script; none where one process serves. */
export function statePerNode(
  { scripts }: Pick<LoadedApp, "scripts">,
  { fronts, cluster }: Pick<ResolvedConfig, "fronts" | "cluster">,
): AppProblem[] {
  if (fronts === 1 && cluster === null) return [];
  return scripts.flatMap(({ spec: { info } }) => {
    const why = reasonOf(info);
    if (why === null) return [];
    const place = { file: info.name, why };
    return cluster === null
      ? problem("PARLOR_STATE_PER_NODE/fronts", { ...place, fronts })
      : problem("PARLOR_STATE_PER_NODE/cluster", place);
  });
}

function reasonOf({ kind, tickRate, scope }: ScriptInfo): string | null {
  if (kind === "program") return "a program";
  if (kind !== "ws") return null;
  if (tickRate !== null) return "tickRate";
  return scope === "route" ? 'scope = "route"' : null;
}
