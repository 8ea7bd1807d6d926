// CLI: a running server as its control socket uses it.
import type { ParlorServer } from "../../server/serve.ts";
import { problemLine } from "../print/print-problems.ts";
import type { ReloadResult, TaskLine } from "./control-protocol.ts";
import type { LastReport } from "./last-report.ts";

/** Lets the control socket use a server. `reports` must receive the server's reports of reloads. */
export function controlledServer(server: ParlorServer, dir: string, reports: LastReport): ControlledServer {
  return {
    runTask: (name, watch) => server.runTask(name, watch),
    get status() {
      return server.status;
    },
    async reload(route) {
      const { changed, removed, problems, refused } = await reports.of(server.reload(route));
      const lines = [...problems, ...refused].map((problem) => problemLine(dir, problem));
      return { changed, removed, problems: lines };
    },
  };
}

/** The requests of the control socket to the server of an app. */
export interface ControlledServer {
  /** Rejects with one line when there is no such task. */
  runTask(
    name: string,
    watch: { readonly onLine: (line: TaskLine) => void; readonly signal: AbortSignal },
  ): Promise<{ readonly ok: boolean; readonly exitCode?: number }>;
  /** Plain data. */
  readonly status: unknown;
  /** Reloads the app, or the scripts of one route. Rejects with one line when nothing was reloaded. */
  reload(route?: string): Promise<ReloadResult>;
}
