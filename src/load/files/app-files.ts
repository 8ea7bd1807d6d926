import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { problem } from "./app-problem.ts";
import type { AppProblem } from "./app-problem.ts";
import { routePath, type ScriptPath } from "./route-path.ts";
import { routeKey } from "../../boundary/route-pattern.ts";

export type { AppProblem } from "./app-problem.ts";

/** The folder a script lies in, which is what it is for. */
export type ScriptKind = "ws" | "http" | "cron" | "task" | "program";

/** One script of an app. */
export interface ScriptFile {
  readonly kind: ScriptKind;
  /** Relative to the app, always with forward slashes: `ws/rooms/[id].ts`. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** `/ws/rooms/:id`, `/notify`; a task's name for a task; empty for cron and programs. */
  readonly route: string;
}

/** What an app's folder holds. */
export interface AppFiles {
  /** Absolute, with symbolic links resolved. */
  readonly root: string;
  readonly scripts: ScriptFile[];
  readonly problems: AppProblem[];
  /** Absolute, or null when the app has no `public` folder. */
  readonly publicDir: string | null;
  /** Absolute, or null when the app has no `parlor.config.*`. */
  readonly configFile: string | null;
  /** The files of `dirigible/`, relative to the app; left out when there are none. */
  readonly registry?: readonly string[];
}

const folders: readonly (readonly [folder: string, kind: ScriptKind])[] = [
  ["ws", "ws"],
  ["http", "http"],
  ["cron", "cron"],
  ["tasks", "task"],
  ["scripting", "program"],
  ["bolt", "program"],
];
/** A folder that is one program. */
const registry = "dirigible";
const script = /\.(?:ts|mts|js|mjs)$/;
const noRoute = /(?:^|\/)[_.]|\.d\.m?ts$|\.(?:test|spec)\.\w+$/;
const almostScript = /\.(?:cjs|cts|jsx|tsx)$/;

/** Finds an app's scripts on the disk. What cannot be served is in `problems`; the rest is served all the same. */
export async function readApp(dir: string): Promise<AppFiles> {
  const root = await folderAt(resolve(dir));
  if (root === null) return emptyApp(resolve(dir));
  const problems: AppProblem[] = [];
  const names: string[] = [];
  for (const folder of [...folders.map(([folder]) => folder), registry])
    await new Walk(root, names, problems).folder(folder);
  const listed = scriptsOf(root, names);
  problems.push(...listed.problems);
  const configFile = await configOf(root, problems);
  const publicDir = await publicOf(root, problems);
  if (listed.scripts.length === 0 && problems.length === 0) problems.push(noScripts(dir));
  const inRegistry = names.filter((name) => name.startsWith(`${registry}/`));
  return {
    root,
    scripts: listed.scripts,
    problems,
    publicDir,
    configFile,
    ...(inRegistry.length === 0 ? {} : { registry: inRegistry }),
  };
}

/** The published API that a script is written in, by where it lies. */
export function dialectOf({ name }: Pick<ScriptFile, "name">): string {
  if (name === registry) return registry;
  const folder = name.slice(0, name.indexOf("/"));
  return folder === "scripting" || folder === "bolt" ? folder : "diesel";
}

/** The scripts among an app's files, by name alone. Two files of one route are both refused, in one line. */
export function scriptsOf(root: string, files: readonly string[]): Pick<AppFiles, "scripts" | "problems"> {
  const scripts = new Map<string, ScriptFile[]>();
  const problems: AppProblem[] = [];
  for (const name of files.map((file) => file.replaceAll("\\", "/")).sort()) {
    const read = scriptAt(root, name);
    if (read === null) continue;
    if ("code" in read) problems.push(read);
    else scripts.set(placeOf(read), [...(scripts.get(placeOf(read)) ?? []), read]);
  }
  for (const [place, sharers] of scripts) {
    if (sharers.length === 1) continue;
    problems.push(takenTwice(sharers));
    scripts.delete(place);
  }
  const folder = files.some((name) => name.startsWith(`${registry}/`)) ? [registryAt(root)] : [];
  return { scripts: [...[...scripts.values()].flat(), ...folder], problems };
}

function registryAt(root: string): ScriptFile {
  return { kind: "program", name: registry, file: join(root, registry), route: "" };
}

function scriptAt(root: string, name: string): ScriptFile | AppProblem | null {
  if (name.startsWith(`${registry}/`)) return null;
  const kind = folders.find(([folder]) => name.startsWith(`${folder}/`))?.[1];
  if (kind === undefined || noRoute.test(name)) return null;
  // What lies deeper is there to be imported.
  if (kind === "program" && name.split("/").length > 2) return null;
  if (almostScript.test(name)) return problem("PARLOR_SCRIPT_EXTENSION", { file: name });
  if (!script.test(name)) return null;
  const path = name.slice(name.indexOf("/") + 1).replace(script, "");
  const route = routeOf(kind, { path, file: name });
  if (typeof route !== "string") return route;
  return { kind, name, file: join(root, ...name.split("/")), route };
}

function routeOf(kind: ScriptKind, path: ScriptPath): string | AppProblem {
  if (kind === "ws") return routePath("/ws", path);
  if (kind === "http") return routePath("", path);
  return kind === "task" ? path.path : "";
}

function placeOf({ kind, name, route }: ScriptFile): string {
  const isByName = kind === "cron" || kind === "program";
  return `${kind} ${isByName ? name.replace(script, "") : routeKey(route)}`;
}

function takenTwice(sharers: readonly ScriptFile[]): AppProblem {
  const files = sharers.map(({ name }) => name).join(" and ");
  const { kind = "cron", name: file = "", route = "" } = sharers[0] ?? {};
  if (kind === "cron") return problem("PARLOR_ROUTE_TAKEN/job", { file, files });
  if (kind === "program") return problem("PARLOR_ROUTE_TAKEN/program", { file, files });
  return problem("PARLOR_ROUTE_TAKEN/route", { file, files, route });
}

/** Collects the files below a folder; nothing outside the app is ever listed, symbolic links or not. */
class Walk {
  readonly #root: string;
  readonly #names: string[];
  readonly #problems: AppProblem[];

  constructor(root: string, names: string[], problems: AppProblem[]) {
    this.#root = root;
    this.#names = names;
    this.#problems = problems;
  }

  async folder(name: string, above: readonly string[] = []): Promise<void> {
    const real = await this.#inside(name);
    // A link to a folder above it would go round for ever.
    if (real === null || above.includes(real) || !(await isFolder(real))) return;
    for (const entry of await readdir(real, { withFileTypes: true })) {
      const child = `${name}/${entry.name}`;
      if (/^[_.]/.test(entry.name)) continue;
      if (entry.isFile()) this.#names.push(child);
      else if (entry.isDirectory()) await this.folder(child, [...above, real]);
      else if (entry.isSymbolicLink()) await this.#link(child, [...above, real]);
    }
  }

  async #link(name: string, above: readonly string[]): Promise<void> {
    const real = await this.#inside(name);
    if (real === null) return;
    if (await isFolder(real)) await this.folder(name, above);
    else this.#names.push(name);
  }

  async #inside(name: string): Promise<string | null> {
    const path = join(this.#root, name);
    const real = await realpath(path).catch(() => null);
    if (real === null) {
      if (name.includes("/")) this.#problems.push(brokenLink(name));
      return null;
    }
    if (isInside(this.#root, real)) return real;
    this.#problems.push(outsideLink(name));
    return null;
  }
}

function brokenLink(name: string): AppProblem {
  return problem("PARLOR_LINK_BROKEN", { file: name });
}

function outsideLink(name: string): AppProblem {
  return problem("PARLOR_LINK_OUTSIDE", { file: name });
}

function noScripts(dir: string): AppProblem {
  return problem("PARLOR_APP_EMPTY", { file: dir });
}

function emptyApp(root: string): AppFiles {
  const problems = [problem("PARLOR_APP_MISSING", { file: root })];
  return { root, scripts: [], problems, publicDir: null, configFile: null };
}

async function configOf(root: string, problems: AppProblem[]): Promise<string | null> {
  const names = (await readdir(root))
    .filter((name) => /^parlor\.config\.(?:ts|mts|js|mjs)$/.test(name))
    .sort();
  const [first, second] = names;
  if (first === undefined) return null;
  if (second === undefined) return join(root, first);
  problems.push(problem("PARLOR_CONFIG_TWICE", { file: first, files: names.join(" and ") }));
  return null;
}

async function publicOf(root: string, problems: AppProblem[]): Promise<string | null> {
  const real = await folderAt(join(root, "public"));
  if (real === null || isInside(root, real)) return real;
  problems.push(outsideLink("public"));
  return null;
}

async function folderAt(path: string): Promise<string | null> {
  const real = await realpath(path).catch(() => null);
  return real !== null && (await isFolder(real)) ? real : null;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && resolve(root, way) === path;
}
