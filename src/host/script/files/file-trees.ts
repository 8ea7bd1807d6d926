// Host: folders with all that is in them, by real paths: listed, copied, moved. Links are never followed.
import {
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";

/** The paths below a folder, relative to it and with forward slashes: a folder, then what is in it. */
export function namesBelow(folder: string, prefix = ""): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.sort(byName).flatMap((entry) => {
    const path = prefix + entry.name;
    return entry.isDirectory() ? [path, ...namesBelow(join(folder, entry.name), `${path}/`)] : [path];
  });
}

/** Throws for a pipe or a socket, also in a folder: it has no content that could be copied. */
export function refuseUncopied(path: string): void {
  const stats = lstatSync(path);
  if (stats.isDirectory()) for (const name of readdirSync(path)) refuseUncopied(join(path, name));
  else if (!stats.isFile() && !stats.isSymbolicLink()) throw unsupported(path);
}

/** Copies a file, a link, or a folder with all that is in it. */
export function copyAll(from: string, to: string): void {
  const stats = lstatSync(from);
  if (stats.isSymbolicLink()) return symlinkSync(readlinkSync(from), to);
  if (stats.isFile()) return copyFileSync(from, to, constants.COPYFILE_EXCL);
  if (!stats.isDirectory()) throw unsupported(from);
  mkdirSync(to);
  for (const name of readdirSync(from)) copyAll(join(from, name), join(to, name));
}

/** Moves a file, a link or a folder, by a copy where the new path is on another file system. */
export function moveAll(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    copyAll(from, to);
    rmSync(from, { recursive: true });
  }
}

// In the order of the names' code units, as `sort()` has it.
function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** As the system reports what a call cannot do with a file. */
function unsupported(path: string): Error {
  return Object.assign(new Error(`${path} cannot be copied`), { code: "ENOTSUP", path });
}
