// Server: compares two deployments, for the report of a reload.
import type { AppProblem } from "../../load/files/app-problem.ts";
import type { LoadedApp } from "../../load/load-app.ts";
import type { Deployment } from "../engine/deployment.ts";

/** The result of a reload. */
export interface ReloadReport {
  /** Scripts that are new, that have a new version, or whose route was reloaded by name. */
  readonly changed: readonly string[];
  /** Scripts that are not served any more. */
  readonly removed: readonly string[];
  /** Everything in the app that cannot be served, and why; a previous version of it may still be served. */
  readonly problems: readonly AppProblem[];
  /** Likely mistakes. */
  readonly warnings: readonly AppProblem[];
}

/** Called after each reload. */
export type ReloadListener = (report: ReloadReport) => void;

/** Reports what differs between two deployments. */
export function reportOf(before: Deployment, after: Deployment, reload: Reload): ReloadReport {
  const { app, fresh, refused } = reload;
  const old = versionsOf(before);
  const now = versionsOf(after);
  const hosts = [...fresh].flatMap((name) => after.hosts.get(name)?.scripts ?? []);
  const restarted = new Set(hosts.map(({ info }) => info.name).filter((script) => !refused.has(script)));
  const isChanged = ([script, version]: [string, string]): boolean =>
    restarted.has(script) || old.get(script) !== version;
  return {
    changed: [...now].filter(isChanged).map(([script]) => script),
    removed: [...old.keys()].filter((script) => !now.has(script)),
    problems: app.problems,
    warnings: app.warnings,
  };
}

/** One reload of an app. */
export interface Reload {
  readonly app: LoadedApp;
  /** The hosts that restart even if their code has not changed. */
  readonly fresh: ReadonlySet<string>;
  /** The scripts that continue in their previous version, and why. */
  readonly refused: ReadonlyMap<string, string>;
}

/** The version of each script of a deployment. */
export function versionsOf({ rows }: Deployment): Map<string, string> {
  return new Map(
    rows.filter(({ kind }) => kind !== "static").map(({ script, version }) => [script, version]),
  );
}
