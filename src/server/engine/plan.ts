// Server: plans which scripts run together on a host.
import type { HostBounds, HostSpec, RuntimeLimits, ScriptSource } from "../../boundary/host-spec.ts";
import type { ScriptEvent } from "../../boundary/events.ts";
import type { LoadedScript } from "../../load/load-app.ts";
import { threadOf } from "./rows.ts";
import { defaultRunOptions } from "../../boundary/script-info.ts";
import { scriptKey } from "../../boundary/script-key.ts";

/** The settings of hosts. */
export interface HostSettings {
  readonly limits: RuntimeLimits;
  readonly bounds: HostBounds;
  /** How many threads quiet routes share; 0 gives each its own. */
  readonly sharedThreads?: number;
  /** The app's folder, whose files programs may use. */
  readonly root?: string;
  /** Folders outside of it that they may use, too. */
  readonly folders?: readonly string[];
}

/**
 * Plans the hosts of an app: a route has its own host, or several that its sessions are spread over; HTTP and cron scripts
 * share one. With shared threads, routes without special settings share hosts as well.
 */
export function planHosts(scripts: readonly LoadedScript[], settings: HostSettings): Map<string, HostSpec> {
  const groups = new Map<string, LoadedScript[]>();
  for (const script of scripts) {
    if (script.file.kind === "task") continue;
    for (const name of hostsOf(script, settings.sharedThreads ?? 0)) {
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [script]);
      else group.push(script);
    }
  }
  return new Map(Array.from(groups, ([key, group]) => [key, hostSpec(nameOf(key, group), group, settings)]));
}

// For people, a program's host has the name of its file.
function nameOf(key: string, [first]: readonly LoadedScript[]): string {
  return first?.file.kind === "program" ? threadOf(first.file) : key;
}

// What a reload keeps: a file may be called differently after it.
function hostsOf({ file, spec }: LoadedScript, sharedThreads: number): string[] {
  const name = file.kind === "program" ? scriptKey(file) : threadOf(file);
  const { isolation, threads } = spec.info.runOptions ?? defaultRunOptions;
  if (threads > 1) return Array.from({ length: threads }, (_, index) => `${name} #${index + 1}`);
  const asksForNothing = file.kind === "ws" && isolation === "thread" && spec.info.tickRate === null;
  if (sharedThreads === 0 || !asksForNothing) return [name];
  return [`shared #${(sumOf(name) % sharedThreads) + 1}`];
}

// The same thread every time, independent of other routes: a reload moves no session.
function sumOf(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return sum;
}

/** The host of one run of a task, without time limits. */
export function planTask(script: LoadedScript, { limits, bounds }: HostSettings): HostSpec {
  return hostSpec(threadOf(script.file), [script], {
    limits: { ...limits, handlerTimeout: 0 },
    bounds: { ...bounds, hangLimit: 0 },
  });
}

/** Whether two plans of one host would run the same code. */
export function isSameHost(a: HostSpec, b: HostSpec): boolean {
  return signature(a) === signature(b);
}

/** Whether a host runs a program, which starts by itself. */
export function isProgram({ scripts }: HostSpec): boolean {
  return scripts.some(({ info }) => info.kind === "program");
}

/** The event for a program that is a folder when its files have changed; null for other scripts, which are replaced. */
export function changedFiles(before: HostSpec, after: HostSpec): ScriptEvent | null {
  const [old, script] = [before.scripts[0], after.scripts[0]];
  if (old?.files === undefined || script?.files === undefined || isSameHost(before, after)) return null;
  return { kind: "files", script: scriptKey(script.info), files: script.files };
}

function signature(spec: HostSpec): string {
  const scripts = spec.scripts.map(({ info }) => `${info.name}@${info.version}`);
  // Independent of the order: a script that was kept or loaded by itself comes last.
  return [...scripts, ...spec.shared.map((source) => source.name)].sort().join("\n");
}

function hostSpec(name: string, scripts: readonly LoadedScript[], settings: HostSettings): HostSpec {
  const shared = new Map<string, ScriptSource>();
  for (const script of scripts) for (const source of script.shared) shared.set(source.file, source);
  const isolation = scripts[0]?.spec.info.runOptions?.isolation ?? "thread";
  return {
    name,
    scripts: scripts.map(({ spec }) => spec),
    shared: [...shared.values()],
    isolation,
    limits: settings.limits,
    bounds: settings.bounds,
    ...(settings.root === undefined ? {} : { root: settings.root, folders: settings.folders ?? [] }),
  };
}
