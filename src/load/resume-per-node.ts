// Load: routes that resume, where a client may come back to a process that cannot get its session.
import type { ScriptInfo } from "../boundary/script-info.ts";
import type { ResolvedConfig } from "../config.ts";
import { problem, type AppProblem } from "./files/app-problem.ts";
import type { LoadedApp } from "./load-app.ts";

/** One warning for each such route; none where every client gets back to its session. */
export function resumePerNode(
  { scripts }: Pick<LoadedApp, "scripts">,
  config: Pick<ResolvedConfig, "fronts" | "cluster" | "tls" | "resume">,
): AppProblem[] {
  const { fronts, cluster, tls } = config;
  // Fronts of one machine pass connections to each other, but not the state of TLS.
  if (cluster === null && (fronts === 1 || tls === null)) return [];
  return scripts.flatMap(({ spec: { info } }) => {
    const seconds = secondsOf(info, config.resume);
    if (seconds === 0) return [];
    const place = { file: info.name, seconds };
    return cluster === null
      ? problem("PARLOR_RESUME_PER_NODE/fronts", { ...place, fronts })
      : problem("PARLOR_RESUME_PER_NODE/cluster", place);
  });
}

function secondsOf({ kind, resume }: ScriptInfo, seconds: number): number {
  return kind === "ws" ? (resume ?? seconds) : 0;
}
