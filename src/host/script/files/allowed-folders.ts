// Host: the folders whose files scripts may use, and the rule that no path leads out of them.
import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { FileProblem } from "../../api/platform-files.ts";

/** Turns paths that scripts give into real paths, which lie in one of the folders and have no symbolic link in them. */
export class AllowedFolders {
  /** Absolute; the app's own folder first. */
  readonly paths: readonly string[];

  /** `others` are relative to the app's folder, or absolute. Without an app there is no folder. */
  constructor(root: string | null, others: readonly string[]) {
    this.paths = root === null ? [] : [root, ...others.map((path) => resolve(root, path))];
  }

  /** The real path of what the path leads to; parts of it that do not exist stay as they are. */
  target(path: string): string {
    const real = this.#realPathOf(this.#absolute(path), path);
    if (!this.#contains(real)) throw this.#outside(path);
    return real;
  }

  /** The same, but a symbolic link at the path's end is not followed, unless it is one of the folders itself. */
  entry(path: string): string {
    const absolute = this.#absolute(path);
    if (this.paths.includes(absolute)) return realOrSame(absolute);
    const parent = this.#realPathOf(dirname(absolute), path);
    const real = join(parent, basename(absolute));
    if (!this.#contains(real) || !this.#contains(parent)) throw this.#outside(path);
    return real;
  }

  /** Whether a real path is one of the folders, or is above one. */
  isAtOrAbove(real: string): boolean {
    return this.paths.some((folder) => isBelowRoot(relative(real, realOrSame(folder))));
  }

  /** The path as texts show it: relative to the app's folder if it lies there; without its middle if it is long. */
  shown(path: string): string {
    const [root] = this.paths;
    const below = root === undefined ? "" : relative(root, resolve(root, path));
    const text = below !== "" && isBelowRoot(below) ? below.replaceAll("\\", "/") : path;
    const isLong = text.length > 2 * SHOWN;
    return JSON.stringify(isLong ? `${text.slice(0, SHOWN)}…${text.slice(-SHOWN)}` : text);
  }

  #absolute(path: string): string {
    const [root] = this.paths;
    if (root === undefined) throw new FileProblem("outside", `${this.shown(path)}: there is no app folder`);
    if (path.includes("\0")) throw new FileProblem("other", `${this.shown(path)} has a zero character in it`);
    return resolve(root, path);
  }

  // A link that leads nowhere must not be written through: its target may be anywhere.
  #realPathOf(absolute: string, path: string): string {
    try {
      return realpathSync.native(absolute);
    } catch {
      if (isLink(absolute)) throw new FileProblem("missing", `${this.shown(path)}: a link leads nowhere`);
      const parent = dirname(absolute);
      return parent === absolute ? absolute : join(this.#realPathOf(parent, path), basename(absolute));
    }
  }

  #contains(real: string): boolean {
    return this.paths.some((folder) => isBelowRoot(relative(realOrSame(folder), real)));
  }

  #outside(path: string): FileProblem {
    const absolute = this.#absolute(path);
    const isWithin = this.paths.some((folder) => isBelowRoot(relative(folder, absolute)));
    const where = isWithin
      ? "leads out of the app's folder by a symbolic link"
      : "is outside of the app's folder";
    return new FileProblem("outside", `${this.shown(path)} ${where}; ${REMEDY}`);
  }
}

const REMEDY = "list the folder in allowedFolders of parlor.config.ts if scripts may use it";

/** Characters of each end of a long path that a text has. */
const SHOWN = 100;

function isBelowRoot(below: string): boolean {
  return below !== ".." && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function realOrSame(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return folder;
  }
}
