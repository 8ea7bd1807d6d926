// Server: everything that a server serves, as data.
import type { Session } from "../../front/directory/session.ts";
import type { AppProblem } from "../../load/files/app-problem.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { LoadedApp, LoadedScript } from "../../load/load-app.ts";
import { planHosts, type HostSettings } from "./plan.ts";
import { rowsOf, type RouteRow } from "./rows.ts";

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
    readonly script: string;
    readonly pattern: string;
    readonly timezone: string | null;
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
      schedule === null ? [] : [{ script: file.name, ...schedule }],
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
): Map<string, readonly number[]> {
  const spread = new Map<string, readonly number[]>();
  for (const [name, { scripts }] of hosts)
    for (const { info } of scripts)
      spread.set(info.name, [...(spread.get(info.name) ?? []), slots.get(name) ?? 0]);
  return spread;
}

/** Finds the slot that serves a session when its own has gone; undefined when its script is not served any more. */
export function newHostIn(
  spread: ReadonlyMap<string, readonly number[]>,
): (session: Session) => number | undefined {
  return ({ handshake, ref }) => {
    const slots = spread.get(handshake.script);
    return slots?.[ref % slots.length];
  };
}
