// Server: loads an app folder without serving it. It needs no socket, so commands that only look start sooner.
import { resolve } from "node:path";
import { clusterOf } from "../../cluster-config.ts";
import { holdBundler } from "../../load/bundle/bundle.ts";
import type { AppProblem } from "../../load/files/app-problem.ts";
import { folderProblems } from "../../load/folder-problems.ts";
import { historyConflicts } from "../../load/history-conflicts.ts";
import { loadApp, type LoadedApp } from "../../load/load-app.ts";
import { contractsOf, type RouteContract } from "../contract/route-contract.ts";
import { rowsOf, type RouteRow } from "../engine/rows.ts";
import { AppEnvironment } from "./app-environment.ts";
import { perNode } from "./per-node.ts";

export { contractLines } from "../contract/route-contract.ts";
export { emptyAppHint } from "../../load/files/empty-app.ts";

/** Loads an app folder, without serving it. `clusterUrl` takes precedence over the cluster of its configuration. */
export async function checkApp(
  dir: string,
  clusterUrl: string | null = null,
): Promise<{
  readonly routes: readonly RouteRow[];
  readonly problems: readonly AppProblem[];
  readonly warnings: readonly AppProblem[];
  readonly contracts: readonly RouteContract[];
}> {
  const app = await loaded(dir);
  const conflicts = historyConflicts(app.scripts, app.config);
  const problems = [...app.problems, ...folderProblems(app), ...conflicts];
  const cluster = clusterOf(clusterUrl) ?? app.config.cluster;
  const warnings = [...app.warnings, ...perNode(app, { ...app.config, cluster })];
  return { routes: rowsOf(app), problems, warnings, contracts: contractsOf(app) };
}

async function loaded(dir: string): Promise<LoadedApp> {
  const releaseBundler = holdBundler();
  try {
    await new AppEnvironment(resolve(dir)).load();
    return await loadApp(dir, { warnings: true });
  } finally {
    releaseBundler();
  }
}
