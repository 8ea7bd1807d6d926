// Server: compares two deployments, for the report of a reload.
import type { AppProblem } from "../../load/files/app-problem.ts";
import type { LoadedApp } from "../../load/load-app.ts";
import type { Deployment } from "../engine/deployment.ts";
import { keysOf, scriptKey, type ScriptKey } from "../../boundary/script-key.ts";
import { errorText } from "../../boundary/errors.ts";

/** The result of a reload. */
export interface ReloadReport {
  /** Scripts that are new, that have a new version, or whose route was reloaded by name. */
  readonly changed: readonly string[];
  /** Scripts that are not served any more. */
  readonly removed: readonly string[];
  /** Everything in the app that cannot be served, and why; a previous version of it may still be served. */
  readonly problems: readonly AppProblem[];
  /** New versions that could not take over, and why: the previous versions are served. */
  readonly refused: readonly AppProblem[];
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
  const hosts = [...fresh].flatMap((name) => after.hosts.get(name) ?? []);
  const restarted = new Set(hosts.flatMap(keysOf).filter((script) => !refused.has(script)));
  const isChanged = ([script, served]: [ScriptKey, ServedVersion]): boolean =>
    restarted.has(script) || !isSame(old.get(script), served);
  return {
    changed: [...now].filter(isChanged).map(([, { name }]) => name),
    removed: [...old].filter(([script]) => !now.has(script)).map(([, { name }]) => name),
    problems: app.problems,
    refused: Array.from(refused, ([script, why]) => refusal(old.get(script)?.name ?? script, why)),
    warnings: app.warnings,
  };
}

/** One reload of an app. */
export interface Reload {
  readonly app: LoadedApp;
  /** The hosts that restart even if their code has not changed. */
  readonly fresh: ReadonlySet<string>;
  /** The scripts that continue in their previous version, and why. */
  readonly refused: ReadonlyMap<ScriptKey, string>;
}

/** The version of each script of a deployment, and the file that it comes from. */
export function versionsOf({ rows }: Deployment): Map<ScriptKey, ServedVersion> {
  const versions = new Map<ScriptKey, ServedVersion>();
  for (const { kind, route, script: name, version } of rows)
    if (kind !== "static") versions.set(scriptKey({ kind, route, name }), { name, version });
  return versions;
}

/** What serves in place of a script: a version, and the name of its file. */
export interface ServedVersion {
  readonly name: string;
  readonly version: string;
}

function isSame(old: ServedVersion | undefined, now: ServedVersion): boolean {
  return old?.name === now.name && old.version === now.version;
}

function refusal(script: string, why: string): AppProblem {
  const text = errorText("PARLOR_RELOAD_REFUSED/handover", { script, problem: why });
  const message = text.slice(`${script}: `.length);
  return { file: script, line: null, column: null, message, code: "PARLOR_RELOAD_REFUSED" };
}
