// Server: compares two deployments, for the report of a reload.
import { isAbsolute } from "node:path";
import type { AppProblem } from "../../load/files/app-problem.ts";
import type { LoadedApp } from "../../load/load-app.ts";
import type { Deployment } from "../engine/deployment.ts";
import { keysOf, scriptKey, type ScriptKey } from "../../boundary/script-key.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import { messageOf } from "../../boundary/checks.ts";
import { errorText, ParlorError } from "../../boundary/errors.ts";

/** The result of a reload. */
export interface ReloadReport {
  /** Scripts that are new, that have a new version, or whose route was reloaded by name. */
  readonly changed: readonly string[];
  /** Scripts that are no longer served. */
  readonly removed: readonly string[];
  /** Everything in the app that cannot be served, and why; a previous version of it may still be served. */
  readonly problems: readonly AppProblem[];
  /** New versions that could not take over, and why: the previous versions are served. */
  readonly refused: readonly AppProblem[];
  /** Likely mistakes. */
  readonly warnings: readonly AppProblem[];
}

/** The hosts that a reload starts or replaces: those with a new version, and those that restart in any case. */
export function replacedHosts(
  before: Pick<Deployment, "hosts">,
  next: ReadonlyMap<string, HostSpec>,
  fresh: ReadonlySet<string>,
): string[] {
  const isChanged = (name: string, spec: HostSpec): boolean =>
    fresh.has(name) || codeOfHost(before.hosts.get(name)) !== codeOfHost(spec);
  return [...next].filter(([name, spec]) => isChanged(name, spec)).map(([name]) => name);
}

// A file of `shared/` is a part of the scripts that import it, though their own code is the same.
function hasOtherShared(before: HostSpec | undefined, { shared }: HostSpec): boolean {
  const names = (sources: HostSpec["shared"]): string =>
    sources
      .map(({ name }) => name)
      .sort()
      .join("\n");
  return before !== undefined && names(before.shared) !== names(shared);
}

function codeOfHost(spec: HostSpec | undefined): string | undefined {
  return spec?.scripts.map(({ info }) => `${info.name}@${info.version}`).join(" ");
}

/** What a reload has done, in a few words: `2 scripts changed (ws/a.js, ws/b.js), 1 failed`. */
export function reloadSummary({ changed, removed, failed }: ReloadCounts): string {
  const parts = [
    ...(changed.length > 0 ? [`${changed.length} ${scriptsOf(changed)} changed (${named(changed)})`] : []),
    ...(removed.length > 0 ? [`${removed.length} removed (${named(removed)})`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  return parts.length === 0 ? "nothing changed" : parts.join(", ");
}

export interface ReloadCounts {
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** How many scripts did not load, or could not take over. */
  readonly failed: number;
}

function scriptsOf({ length }: readonly string[]): string {
  return length === 1 ? "script" : "scripts";
}

function named(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(", ") + (more > 0 ? `, and ${more} more` : "");
}

const MOST_NAMED = 10;

/** Called after each reload. */
export type ReloadListener = (report: ReloadReport) => void;

/** Reports what differs between two deployments. */
export function reportOf(before: Deployment, after: Deployment, reload: Reload): ReloadReport {
  const { app, fresh, refused } = reload;
  const old = versionsOf(before);
  const now = versionsOf(after);
  const hosts = [...after.hosts].filter(([name, spec]) => {
    return fresh.has(name) || hasOtherShared(before.hosts.get(name), spec);
  });
  const restarted = new Set(
    hosts.flatMap(([, spec]) => keysOf(spec)).filter((script) => !refused.has(script)),
  );
  const isChanged = ([script, served]: [ScriptKey, ServedVersion]): boolean =>
    restarted.has(script) || !isSame(old.get(script), served);
  const changed = [...now].filter(isChanged).map(([, { name }]) => name);
  const tried = [...changed, ...Array.from(refused.keys(), (script) => old.get(script)?.name ?? script)];
  return {
    changed,
    removed: [...old].filter(([script]) => !now.has(script)).map(([, { name }]) => name),
    problems: app.problems,
    refused: Array.from(refused, ([script, why]) => refusalOf(old.get(script)?.name ?? script, why)),
    warnings: app.warnings.filter((warning) => !isAlwaysShown(warning) || isOfChanged(warning, tried)),
  };
}

/** Of a reload that could not read the app: nothing has changed. */
export function failedReport(error: unknown): ReloadReport {
  const code = error instanceof ParlorError ? error.code : "PARLOR_RELOAD_FAILED";
  const text = messageOf(error);
  const end = text.indexOf(": ");
  const isOfFile = isAbsolute(text.slice(0, Math.max(end, 0)));
  const [file, message] = isOfFile ? [text.slice(0, end), text.slice(end + 2)] : ["", text];
  const problem = { file, line: null, column: null, message, code };
  return { changed: [], removed: [], problems: [problem], refused: [], warnings: [] };
}

/** Whether a warning is shown by `parlor serve`, too: handlers that never run are missed in production. */
export function isAlwaysShown({ code }: AppProblem): boolean {
  return code === "PARLOR_EXPORT_UNUSED";
}

// Once for each version of a script. A file of `shared/` is a part of those that import it.
function isOfChanged({ file }: AppProblem, changed: readonly string[]): boolean {
  return changed.includes(file) || (file.startsWith("shared/") && changed.length > 0);
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

/** A new version that could not take over, as a problem of its script. */
export function refusalOf(script: string, why: string): AppProblem {
  const text = errorText("PARLOR_RELOAD_REFUSED/handover", { script, problem: why });
  const message = text.slice(`${script}: `.length);
  return { file: script, line: null, column: null, message, code: "PARLOR_RELOAD_REFUSED" };
}
