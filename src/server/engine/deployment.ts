// Server: everything that a server serves, as data.
import type { AppProblem } from "../../load/files/app-problem.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { LoadedApp, LoadedScript } from "../../load/load-app.ts";
import { planHosts, type HostSettings } from "./plan.ts";
import { rowsOf, type RouteRow } from "./rows.ts";
import { keysOf, scriptKey, type ScriptKey } from "../../boundary/script-key.ts";

/** A route whose script does not load: it responds with 503 until it does. */
export interface FailedRoute {
  readonly kind: "ws" | "http";
  readonly route: string;
  readonly script: string;
}

/** Everything that a server serves: an app folder's scripts, or the routes of the program that embeds it. */
export interface Deployment {
  readonly rows: readonly RouteRow[];
  readonly problems: readonly AppProblem[];
  readonly warnings: readonly AppProblem[];
  readonly hosts: ReadonlyMap<string, HostSpec>;
  readonly failed: readonly FailedRoute[];
  readonly crons: readonly {
    readonly script: ScriptKey;
    readonly pattern: string;
    readonly timezone: string | null;
    readonly runs: "cluster" | "node";
  }[];
  readonly tasks: ReadonlyMap<string, LoadedScript>;
}

export const EMPTY_DEPLOYMENT: Deployment = {
  rows: [],
  problems: [],
  warnings: [],
  hosts: new Map(),
  failed: [],
  crons: [],
  tasks: new Map(),
};

export function deploymentOf(app: LoadedApp, settings: HostSettings): Deployment {
  return {
    rows: rowsOf(app),
    problems: app.problems,
    warnings: app.warnings,
    hosts: planHosts(app.scripts, { ...settings, root: app.files.root }),
    failed: app.failed.flatMap(({ kind, route, name }) =>
      kind === "ws" || kind === "http" ? [{ kind, route, script: name }] : [],
    ),
    crons: app.scripts.flatMap(({ file, schedule }) =>
      schedule === null ? [] : [{ script: scriptKey(file), ...schedule }],
    ),
    tasks: new Map(
      app.scripts.flatMap((script) =>
        script.file.kind === "task" ? [[script.file.route, script] as const] : [],
      ),
    ),
  };
}

/** The slots on which each script runs. */
export function spreadOf(
  { hosts }: Deployment,
  slots: ReadonlyMap<string, number>,
): Map<ScriptKey, readonly number[]> {
  const spread = new Map<ScriptKey, readonly number[]>();
  for (const [name, spec] of hosts)
    for (const key of keysOf(spec)) spread.set(key, [...(spread.get(key) ?? []), slots.get(name) ?? 0]);
  return spread;
}

/** The name of a script for people. */
export function nameIn({ rows }: Deployment, key: ScriptKey): string {
  const isIt = ({ kind, route, script }: RouteRow): boolean =>
    kind !== "static" && scriptKey({ kind, route, name: script }) === key;
  return rows.find(isIt)?.script ?? key;
}
