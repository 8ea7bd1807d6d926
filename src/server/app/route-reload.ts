// Server: the parts of an app that a reload of one route concerns: scripts, hosts, and the app that results.
import { routeKey } from "../../boundary/text/route-pattern.ts";
import { ParlorError } from "../../boundary/errors.ts";
import { formatProblem } from "../../load/files/app-problem.ts";
import type { ScriptFile } from "../../load/files/script-file.ts";
import type { LoadedApp, LoadedScript } from "../../load/load-app.ts";
import { planHosts, type HostSettings } from "../engine/plan.ts";
import { keysOf, scriptKey, type ScriptKey } from "../../boundary/script-key.ts";

/** The scripts at a path, or the script of a name. */
export function scriptsAt(name: string, apps: readonly LoadedApp[]): Set<ScriptKey> {
  const files = apps.flatMap(({ scripts, failed }) => [...scripts.map(({ file }) => file), ...failed]);
  return new Set(files.filter((file) => isAt(file, name)).map(scriptKey));
}

function isAt(file: ScriptFile, name: string): boolean {
  return file.name === name || (file.route !== "" && file.route === name);
}

/**
 * A version that does not load changes nothing.
 *
 * @throws ParlorError with the problem of the script.
 */
export function refuseUnloaded(keys: ReadonlySet<ScriptKey>, { failed, problems }: LoadedApp): void {
  for (const file of failed) {
    const { name } = file;
    if (!keys.has(scriptKey(file))) continue;
    const own = problems.find((problem) => problem.file === name);
    const text =
      own === undefined ? `${name} does not load; run parlor check to see why` : formatProblem(own);
    throw new ParlorError("PARLOR_RELOAD_REFUSED/load", { problem: text });
  }
}

/** These scripts and all that run on a host with them: the scripts of a host restart together. */
export function together(
  keys: ReadonlySet<ScriptKey>,
  app: LoadedApp,
  settings: HostSettings,
): ReadonlySet<ScriptKey> {
  const all = new Set(keys);
  for (const scripts of scriptsByHost(app, settings).values())
    if (scripts.some((script) => keys.has(script))) for (const script of scripts) all.add(script);
  return all;
}

/** The hosts that these scripts run on. */
export function hostsOf(
  keys: ReadonlySet<ScriptKey>,
  app: LoadedApp,
  settings: HostSettings,
): ReadonlySet<string> {
  const hosts = [...scriptsByHost(app, settings)];
  return new Set(
    hosts.flatMap(([host, scripts]) => (scripts.some((script) => keys.has(script)) ? [host] : [])),
  );
}

/** All hosts of an app. */
export function allHosts(app: LoadedApp, settings: HostSettings): ReadonlySet<string> {
  return new Set(scriptsByHost(app, settings).keys());
}

/** Scripts whose files are there and cannot be read have failed: they are not removed. */
export function withUnreadable(next: LoadedApp, { scripts }: LoadedApp): LoadedApp {
  const { unreadable = [] } = next.files;
  const taken = new Set([...next.scripts.map(({ file }) => file), ...next.failed].map(placeOf));
  const isThere = ({ name }: ScriptFile): boolean =>
    unreadable.some((lost) => name === lost || name.startsWith(`${lost}/`));
  const lost = scripts.map(({ file }) => file).filter((file) => isThere(file) && !taken.has(placeOf(file)));
  return lost.length === 0 ? next : { ...next, failed: [...next.failed, ...lost] };
}

/** A version that does not load never replaces a good one: the previous one keeps serving. */
export function keepGood(next: LoadedApp, previous: LoadedApp): LoadedApp {
  const places = new Set(next.failed.map(placeOf));
  const kept = previous.scripts.filter(({ file }) => places.has(placeOf(file)));
  const keptPlaces = new Set(kept.map(({ file }) => placeOf(file)));
  return {
    ...next,
    scripts: [...next.scripts, ...kept],
    failed: next.failed.filter((file) => !keptPlaces.has(placeOf(file))),
  };
}

// Files whose routes differ by the names of their parameters exclude each other.
function placeOf(file: ScriptFile): string {
  const isByName = file.kind === "cron" || file.kind === "program";
  return isByName ? scriptKey(file) : `${file.kind} ${routeKey(file.route)}`;
}

/** An app with these scripts as in the next state of its folder, and all others as in the previous state. */
export function withScripts(before: LoadedApp, next: LoadedApp, keys: ReadonlySet<ScriptKey>): LoadedApp {
  const taken = new Map(next.scripts.map((script) => [scriptKey(script.file), script]));
  const known = new Set(before.scripts.map(({ file }) => scriptKey(file)));
  const isNamed = (file: ScriptFile): boolean => keys.has(scriptKey(file));
  const isNew = ({ file }: LoadedScript): boolean => isNamed(file) && !known.has(scriptKey(file));
  return {
    ...before,
    scripts: [
      ...before.scripts.flatMap((script) =>
        isNamed(script.file) ? (taken.get(scriptKey(script.file)) ?? []) : [script],
      ),
      ...next.scripts.filter(isNew),
    ],
    failed: [...before.failed.filter((file) => !isNamed(file)), ...next.failed.filter(isNamed)],
    problems: next.problems,
    warnings: next.warnings,
  };
}

function scriptsByHost(app: LoadedApp, settings: HostSettings): Map<string, ScriptKey[]> {
  return new Map(Array.from(planHosts(app.scripts, settings), ([host, spec]) => [host, keysOf(spec)]));
}
