// Load: lists the files below a folder of the app, through symbolic links, but never outside the app.
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import type { ErrorKey } from "../../boundary/errors.ts";
import { problem, type AppProblem } from "./app-problem.ts";

/** Lists files, and the problems of symbolic links among them. */
export class FolderScan {
  /** Relative to the app, with forward slashes. */
  readonly names: string[] = [];
  /** The folders among them, named in the same way; those that were added included. */
  readonly folders: string[] = [];
  readonly problems: AppProblem[] = [];
  /** Files and folders that are there and cannot be read, named in the same way. */
  readonly unreadable: string[] = [];
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Adds the files below a folder; `parents` are the real paths of the folders that lead to it. */
  async add(name: string, parents: readonly string[] = []): Promise<void> {
    const real = await this.#realPathOf(name);
    // A link to a folder that contains it would never end.
    if (real === null || parents.includes(real)) return;
    if (!(await isFolder(real))) return this.#lose("PARLOR_FILE_KIND/folder", name);
    this.folders.push(name);
    for (const entry of await readdir(real, { withFileTypes: true })) {
      const child = `${name}/${entry.name}`;
      if (/^[_.]/.test(entry.name)) continue;
      if (entry.isFile()) this.names.push(child);
      else if (entry.isDirectory()) await this.add(child, [...parents, real]);
      else if (entry.isSymbolicLink()) await this.#addLink(child, [...parents, real]);
      else if (CODE.test(entry.name)) this.#lose("PARLOR_FILE_KIND/file", child);
    }
  }

  async #addLink(name: string, parents: readonly string[]): Promise<void> {
    const real = await this.#realPathOf(name);
    if (real === null) return;
    const found = await stat(real);
    if (found.isDirectory()) await this.add(name, parents);
    else if (found.isFile()) this.names.push(name);
    else this.#lose("PARLOR_FILE_KIND/file", name);
  }

  async #realPathOf(name: string): Promise<string | null> {
    const real = await realOf(join(this.#root, name));
    if (real === null) this.#lose("PARLOR_LINK_BROKEN", name);
    else if (real !== undefined && !isInside(this.#root, real)) this.#lose("PARLOR_LINK_OUTSIDE", name);
    else return real ?? null;
    return null;
  }

  #lose(key: ErrorKey & (`PARLOR_LINK_${string}` | `PARLOR_FILE_KIND${string}`), name: string): void {
    this.unreadable.push(name);
    this.problems.push(problem(key, { file: name }));
  }
}

/** Where a path leads; undefined when nothing is there, and null for a link that leads nowhere. */
export async function realOf(path: string): Promise<string | null | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What may not be looked at is not absent.
    if (code !== "ENOENT" && code !== "ELOOP" && code !== "ENOTDIR") throw error;
    return (await lstat(path).catch(() => null)) === null ? undefined : null;
  }
}

/** Names of scripts, and of their modules. */
const CODE = /\.(?:[cm]?[jt]sx?|ring)$/;

/** The real path of a folder, or null when the path does not lead to one. */
export async function folderAt(path: string): Promise<string | null> {
  const real = await realpath(path).catch(() => null);
  return real !== null && (await isFolder(real)) ? real : null;
}

/** Whether a real path lies in the folder `root`. */
export function isInside(root: string, path: string): boolean {
  const below = relative(root, path);
  return below !== ".." && !below.startsWith(`..${sep}`) && resolve(root, below) === path;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}
