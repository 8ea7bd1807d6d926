// Server: the parts of an app that a reload of one route concerns: scripts, hosts, and the app that results.
import { ParlorError } from "../../boundary/errors.ts";
import { formatProblem } from "../../load/files/app-problem.ts";
import type { ScriptFile } from "../../load/files/script-file.ts";
import type { LoadedApp, LoadedScript } from "../../load/load-app.ts";
import { planHosts, type HostSettings } from "../engine/plan.ts";

/** The scripts at a path, or the script of a name. */
export function scriptsAt(name: string, apps: readonly LoadedApp[]): Set<string> {
  const files = apps.flatMap(({ scripts, failed }) => [...scripts.map(({ file }) => file), ...failed]);
  return new Set(files.filter((file) => isAt(file, name)).map((file) => file.name));
}

function isAt(file: ScriptFile, name: string): boolean {
  return file.name === name || (file.route !== "" && file.route === name);
}

/**
 * A version that does not load changes nothing.
 *
 * @throws ParlorError with the problem of the script.
 */
export function refuseUnloaded(names: ReadonlySet<string>, { failed, problems }: LoadedApp): void {
  for (const { name } of failed) {
    if (!names.has(name)) continue;
    const own = problems.find(({ file }) => file === name);
    const text =
      own === undefined ? `${name} does not load; run parlor check to see why` : formatProblem(own);
    throw new ParlorError("PARLOR_RELOAD_REFUSED/load", { problem: text });
  }
}

/** These scripts and all that run on a host with them: the scripts of a host restart together. */
export function together(
  names: ReadonlySet<string>,
  app: LoadedApp,
  settings: HostSettings,
): ReadonlySet<string> {
  const all = new Set(names);
  for (const scripts of scriptsByHost(app, settings).values())
    if (scripts.some((script) => names.has(script))) for (const script of scripts) all.add(script);
  return all;
}

/** The hosts that these scripts run on. */
export function hostsOf(
  names: ReadonlySet<string>,
  app: LoadedApp,
  settings: HostSettings,
): ReadonlySet<string> {
  const hosts = [...scriptsByHost(app, settings)];
  return new Set(hosts.flatMap(([host, scripts]) => (scripts.some((name) => names.has(name)) ? [host] : [])));
}

/** All hosts of an app. */
export function allHosts(app: LoadedApp, settings: HostSettings): ReadonlySet<string> {
  return new Set(scriptsByHost(app, settings).keys());
}

/** A version that does not load never replaces a good one: the previous one keeps serving. */
export function keepGood(next: LoadedApp, previous: LoadedApp): LoadedApp {
  const names = new Set(next.failed.map(({ name }) => name));
  const kept = previous.scripts.filter(({ file }) => names.has(file.name));
  const keptNames = new Set(kept.map(({ file }) => file.name));
  return {
    ...next,
    scripts: [...next.scripts, ...kept],
    failed: next.failed.filter(({ name }) => !keptNames.has(name)),
  };
}

/** An app with these scripts as in the next state of its folder, and all others as in the previous state. */
export function withScripts(before: LoadedApp, next: LoadedApp, names: ReadonlySet<string>): LoadedApp {
  const taken = new Map(next.scripts.map((script) => [script.file.name, script]));
  const known = new Set(before.scripts.map(({ file }) => file.name));
  const isNew = ({ file }: LoadedScript): boolean => names.has(file.name) && !known.has(file.name);
  return {
    ...before,
    scripts: [
      ...before.scripts.flatMap((script) =>
        names.has(script.file.name) ? (taken.get(script.file.name) ?? []) : [script],
      ),
      ...next.scripts.filter(isNew),
    ],
    failed: [
      ...before.failed.filter(({ name }) => !names.has(name)),
      ...next.failed.filter(({ name }) => names.has(name)),
    ],
    problems: next.problems,
    warnings: next.warnings,
  };
}

function scriptsByHost(app: LoadedApp, settings: HostSettings): Map<string, string[]> {
  return new Map(
    Array.from(planHosts(app.scripts, settings), ([host, { scripts }]) => [
      host,
      scripts.map(({ info }) => info.name),
    ]),
  );
}
