// Server: what of an app does not span the processes that serve it.
import type { ResolvedConfig } from "../../config.ts";
import type { AppProblem } from "../../load/files/app-problem.ts";
import type { LoadedApp } from "../../load/load-app.ts";
import { resumePerNode } from "../../load/resume-per-node.ts";
import { statePerNode } from "../../load/state-per-node.ts";

/** A warning for each. */
export function perNode(app: LoadedApp, config: ResolvedConfig): AppProblem[] {
  return [...statePerNode(app, config), ...resumePerNode(app, config)];
}
