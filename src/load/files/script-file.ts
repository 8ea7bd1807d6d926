// Load: the scripts among an app's files, by name alone: their kinds, dialects and routes.
import { join } from "node:path";
import { routeKey } from "../../boundary/text/route-pattern.ts";
import { scriptKey } from "../../boundary/script-key.ts";
import { problem, type AppProblem } from "./app-problem.ts";
import { routePath, type ScriptPath } from "./route-path.ts";

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

/** What a script is for, by its folder. */
export type ScriptKind = "ws" | "http" | "cron" | "task" | "program";

const kinds: ReadonlyMap<string, ScriptKind> = new Map([
  ["ws", "ws"],
  ["http", "http"],
  ["cron", "cron"],
  ["tasks", "task"],
  ["scripting", "program"],
  ["bolt", "program"],
]);
/** A folder that is one program. */
export const REGISTRY = "dirigible";
/** The folders of an app that can have scripts. */
export const scriptFolders: readonly string[] = [...kinds.keys(), REGISTRY];

const extension = /\.(?:ts|mts|js|mjs)$/;
/** Programs of Bolt may be written in Ring. */
const boltExtension = /\.(?:ts|mts|js|mjs|ring)$/;
const otherExtension = /\.(?:cjs|cts|jsx|tsx)$/;
/** The app's own programs are mostly `.tsx`, also those without JSX. */
const programExtension = /\.(?:tsx?|jsx?|mts|mjs)$/;
/** The first file of a program that is a folder. */
const projectIndex = /^scripting\/[^/]+\/index\.[cm]?[jt]sx?$/;
const ignored = /(?:^|\/)[_.]|\.d\.m?ts$|\.(?:test|spec)\.\w+$/;

/** Whether a program is a folder with an `index` file, as the projects of the Scripting app are. */
export function isProject({ name }: Pick<ScriptFile, "name">): boolean {
  return projectIndex.test(name);
}

/** The published API that a script is written in, by its folder. */
export function dialectOf({ name }: Pick<ScriptFile, "name">): string {
  if (name === REGISTRY) return REGISTRY;
  const folder = folderOf(name);
  return folder === "scripting" || folder === "bolt" ? folder : "diesel";
}

/** The scripts among an app's files. Files with the same route are all refused, in one problem: they are in `refused`. */
export function scriptsOf(
  root: string,
  files: readonly string[],
): { readonly scripts: ScriptFile[]; readonly refused: ScriptFile[]; readonly problems: AppProblem[] } {
  const scripts = new Map<string, ScriptFile[]>();
  const problems: AppProblem[] = [];
  const refused: ScriptFile[] = [];
  for (const name of files.map((file) => file.replaceAll("\\", "/")).sort()) {
    const read = scriptAt(root, name);
    if (read === null) continue;
    if ("code" in read) problems.push(read);
    else scripts.set(keyOf(read), [...(scripts.get(keyOf(read)) ?? []), read]);
  }
  for (const [key, found] of scripts) {
    if (found.length === 1) continue;
    problems.push(sameRoute(found));
    refused.push(...found);
    scripts.delete(key);
  }
  const folder = files.some((name) => name.startsWith(`${REGISTRY}/`)) ? [registryAt(root)] : [];
  return { scripts: [...[...scripts.values()].flat(), ...folder], refused, problems };
}

function registryAt(root: string): ScriptFile {
  return { kind: "program", name: REGISTRY, file: join(root, REGISTRY), route: "" };
}

function scriptAt(root: string, name: string): ScriptFile | AppProblem | null {
  const kind = kinds.get(folderOf(name));
  if (kind === undefined || ignored.test(name)) return null;
  // Files in deeper folders of a program are its modules.
  if (kind === "program" && name.split("/").length > 2 && !projectIndex.test(name)) return null;
  if (dialectOf({ name }) === "scripting" && programExtension.test(name))
    return { kind, name, file: join(root, ...name.split("/")), route: "" };
  if (otherExtension.test(name)) return problem("PARLOR_SCRIPT_EXTENSION", { file: name });
  if (!(dialectOf({ name }) === "bolt" ? boltExtension : extension).test(name)) return null;
  const path = name.slice(name.indexOf("/") + 1).replace(extension, "");
  const route = routeOf(kind, { path, file: name });
  if (typeof route !== "string") return route;
  return { kind, name, file: join(root, ...name.split("/")), route };
}

function routeOf(kind: ScriptKind, script: ScriptPath): string | AppProblem {
  if (kind === "ws") return routePath("/ws", script);
  if (kind === "http") return routePath("", script);
  return kind === "task" ? script.path : "";
}

// Scripts with the same key exclude each other; so do routes whose parameters have other names.
function keyOf(script: ScriptFile): string {
  return scriptKey({ ...script, route: routeKey(script.route) });
}

function sameRoute(scripts: readonly ScriptFile[]): AppProblem {
  const files = scripts.map(({ name }) => name).join(" and ");
  const { kind = "cron", name: file = "", route = "" } = scripts[0] ?? {};
  if (kind === "cron") return problem("PARLOR_ROUTE_TAKEN/job", { file, files });
  if (kind === "program") return problem("PARLOR_ROUTE_TAKEN/program", { file, files });
  return problem("PARLOR_ROUTE_TAKEN/route", { file, files, route });
}

function folderOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf("/")));
}
