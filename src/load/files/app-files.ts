// Load: finds the scripts, the config and the public folder of an app.
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { problem, type AppProblem } from "./app-problem.ts";
import { emptyAppHint } from "./empty-app.ts";
import { FolderScan, folderAt, isInside, realOf } from "./folder-scan.ts";
import { projectsWithoutIndex, type ProjectFolder } from "./project-folders.ts";
import { REGISTRY, scriptFolders, scriptsOf, type ScriptFile } from "./script-file.ts";

/** What an app's folder contains. */
export interface AppFolder {
  /** Absolute, with symbolic links resolved. */
  readonly root: string;
  readonly scripts: ScriptFile[];
  /** Scripts that exclude each other; left out when there are none. */
  readonly refused?: readonly ScriptFile[];
  readonly problems: AppProblem[];
  /** Absolute, or null when the app has no `public` folder. */
  readonly publicDir: string | null;
  /** Absolute, or null when the app has no `parlor.config.*`. */
  readonly configFile: string | null;
  /** What to do about an app that has nothing to serve; left out when it has. */
  readonly hint?: string;
  /** Folders in `scripting/` without a program; left out when there are none. */
  readonly projects?: readonly ProjectFolder[];
  /** The files of `dirigible/`, relative to the app; left out when it has none. */
  readonly registry?: readonly string[];
  /** Files and folders that are there and cannot be read, relative to the app; left out when there are none. */
  readonly unreadable?: readonly string[];
}

/** Reads an app's folder. A file that cannot be served is in `problems`; the others are served. */
export async function readApp(dir: string): Promise<AppFolder> {
  const root = await folderAt(resolve(dir));
  if (root === null) return missingApp(resolve(dir));
  const scan = new FolderScan(root);
  for (const folder of scriptFolders) await scan.add(folder);
  const { scripts, refused, problems: nameProblems } = scriptsOf(root, scan.names);
  const problems = [...scan.problems, ...nameProblems];
  const configFile = await configOf(root, problems);
  const publicDir = await publicOf(root, problems);
  const projects = projectsWithoutIndex(scan, [...scripts, ...refused]);
  const isEmpty = scripts.length + problems.length + projects.length === 0 && publicDir === null;
  const hint = isEmpty ? await emptyAppHint(dir) : null;
  if (hint !== null) problems.push(problem("PARLOR_APP_EMPTY", { file: dir, hint }));
  const registry = scan.names.filter((name) => name.startsWith(`${REGISTRY}/`));
  return {
    ...{ root, scripts, problems, publicDir, configFile },
    ...(hint !== null && { hint }),
    ...(refused.length > 0 && { refused }),
    ...(registry.length > 0 && { registry }),
    ...(projects.length > 0 && { projects }),
    ...(scan.unreadable.length > 0 && { unreadable: scan.unreadable }),
  };
}

function missingApp(root: string): AppFolder {
  const problems = [problem("PARLOR_APP_MISSING", { file: root })];
  return { root, scripts: [], problems, publicDir: null, configFile: null };
}

async function configOf(root: string, problems: AppProblem[]): Promise<string | null> {
  const all = (await readdir(root)).filter((name) => LIKE_CONFIG.test(name)).sort();
  const names = all.filter((name) => CONFIG.test(name));
  // Served without it, the app could be open to what it was to close.
  for (const file of all) if (!names.includes(file)) problems.push(problem("PARLOR_CONFIG/name", { file }));
  const [first, second] = names;
  if (first === undefined) return null;
  if (second === undefined) return (await isConfigFile(root, first, problems)) ? join(root, first) : null;
  problems.push(problem("PARLOR_CONFIG_TWICE", { file: first, files: names.join(" and ") }));
  return null;
}

async function isConfigFile(root: string, file: string, problems: AppProblem[]): Promise<boolean> {
  const found = await stat(join(root, file)).catch(() => null);
  if (found?.isFile() === true) return true;
  const other = found?.isDirectory() === true ? "a folder" : "no file";
  const kind = found === null ? "a broken symbolic link" : other;
  problems.push(problem("PARLOR_CONFIG/kind", { file, kind }));
  return false;
}

const CONFIG = /^parlor\.config\.(?:ts|mts|js|mjs)$/;
const LIKE_CONFIG = /^parlor\.config\.(?:[cm]?[jt]sx?|json[c5]?|ya?ml|toml)$/i;

async function publicOf(root: string, problems: AppProblem[]): Promise<string | null> {
  const real = await realOf(join(root, "public"));
  if (real === undefined) return null;
  if (real === null) problems.push(problem("PARLOR_LINK_BROKEN", { file: "public" }));
  else if ((await folderAt(real)) === null)
    problems.push(problem("PARLOR_FILE_KIND/folder", { file: "public" }));
  else if (isInside(root, real)) return real;
  else problems.push(problem("PARLOR_LINK_OUTSIDE", { file: "public" }));
  return null;
}
