// Load: lists the files below a folder of the app, through symbolic links, but never outside the app.
import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { problem, type AppProblem } from "./app-problem.ts";

/** Lists files, and the problems of symbolic links among them. */
export class FolderScan {
  /** Relative to the app, with forward slashes. */
  readonly names: string[] = [];
  /** The folders among them, named in the same way; those that were added included. */
  readonly folders: string[] = [];
  readonly problems: AppProblem[] = [];
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Adds the files below a folder; `parents` are the real paths of the folders that lead to it. */
  async add(name: string, parents: readonly string[] = []): Promise<void> {
    const real = await this.#realPathOf(name);
    // A link to a folder that contains it would never end.
    if (real === null || parents.includes(real) || !(await isFolder(real))) return;
    this.folders.push(name);
    for (const entry of await readdir(real, { withFileTypes: true })) {
      const child = `${name}/${entry.name}`;
      if (/^[_.]/.test(entry.name)) continue;
      if (entry.isFile()) this.names.push(child);
      else if (entry.isDirectory()) await this.add(child, [...parents, real]);
      else if (entry.isSymbolicLink()) await this.#addLink(child, [...parents, real]);
    }
  }

  async #addLink(name: string, parents: readonly string[]): Promise<void> {
    const real = await this.#realPathOf(name);
    if (real === null) return;
    if (await isFolder(real)) await this.add(name, parents);
    else this.names.push(name);
  }

  async #realPathOf(name: string): Promise<string | null> {
    const real = await realpath(join(this.#root, name)).catch(() => null);
    if (real !== null && isInside(this.#root, real)) return real;
    if (real !== null) this.problems.push(problem("PARLOR_LINK_OUTSIDE", { file: name }));
    // A folder of the app itself may be missing; anything deeper was just listed.
    else if (name.includes("/")) this.problems.push(problem("PARLOR_LINK_BROKEN", { file: name }));
    return null;
  }
}

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
