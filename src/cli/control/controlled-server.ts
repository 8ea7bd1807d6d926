// CLI: a running server as its control socket uses it.
import { errorText } from "../../boundary/errors.ts";
import { wholeText } from "../../logged-error.ts";
import type { ParlorServer, ReloadOptions } from "../../server/serve.ts";
import { problemLine } from "../print/print-problems.ts";
import { packageVersion } from "../common/package.ts";
import type { Systemd } from "../lifetime/systemd.ts";
import { UsageError } from "../print/failure.ts";
import type { ClusterAsk, ReloadResult, TaskLine } from "./control-protocol.ts";
import type { LastReport } from "./last-report.ts";

/** Lets the control socket use a server. */
export function controlledServer(
  server: ParlorServer,
  dir: string,
  parts: ControlledParts,
): ControlledServer {
  const { reports, systemd } = parts;
  const during = systemd?.during.bind(systemd) ?? (<T>(work: () => Promise<T>): Promise<T> => work());
  const app: ControlledServer = {
    // The lines of a task are its output: an error comes with its stack.
    runTask: (name, { onLine, signal }) =>
      server.runTask(name, { onLine: (line) => onLine({ ...line, text: wholeText(line) }), signal }),
    get status() {
      return server.status;
    },
    async reload(route, options) {
      const { changed, removed, problems, refused } = await during(async () =>
        reports.of(server.reload(route, options)),
      );
      const lines = [...problems, ...refused].map((problem) => problemLine(dir, problem));
      const { certificateProblem } = server;
      if (route === undefined && certificateProblem !== null)
        lines.push(errorText("PARLOR_TLS/kept", { problem: certificateProblem }));
      return { changed, removed, problems: lines };
    },
    async cluster(ask) {
      const { cluster } = server;
      if (cluster === null) throw new UsageError(NO_CLUSTER);
      if (ask.what === "reload") return cluster.reload(ask.route);
      return ask.what === "nodes" ? cluster.nodes() : cluster.statuses();
    },
  };
  server.cluster?.reloadsBy(async (route) => app.reload(route), packageVersion());
  return app;
}

/** The parts of a controlled server. */
export interface ControlledParts {
  /** Must receive the server's reports of reloads. */
  readonly reports: LastReport;
  /** Is notified of reloads. */
  readonly systemd: Systemd | null;
}

const NO_CLUSTER =
  "the server of this app is not in a cluster; start it with --cluster redis://… or with --fronts 2";

/** The requests of the control socket to the server of an app. */
export interface ControlledServer {
  /** Rejects with one line when there is no such task. */
  runTask(
    name: string,
    watch: { readonly onLine: (line: TaskLine) => void; readonly signal: AbortSignal },
  ): Promise<{ readonly ok: boolean; readonly exitCode?: number }>;
  /** Plain data, or its promise. */
  readonly status: unknown;
  /** Reloads the app, or the scripts of one route. Rejects with one line when nothing was reloaded. */
  reload(route?: string, options?: ReloadOptions): Promise<ReloadResult>;
  /** Asks all nodes of the server's cluster. Rejects with one line without a cluster. */
  cluster(ask: ClusterAsk): Promise<unknown>;
}
