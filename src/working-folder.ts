// Base: the process's working folder: Node starts no thread and no process in one that has been removed.
import { existsSync, statSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";

/** Where the working folder has been removed, goes to the folder that has its path now, or to one above it. */
export function keepWorkingFolder(): void {
  if (statSync(".").nlink > 0) return;
  let folder = lastPath();
  while (!existsSync(folder)) folder = dirname(folder);
  // A thread cannot change it.
  try {
    process.chdir(folder);
  } catch {
    return;
  }
}

/**
 * A path made absolute with the links by which the shell came to the working folder, as far as they lead there: the
 * system knows the real folder only, and a link may be turned to another one.
 */
export function givenPath(path: string): string {
  const real = resolve(lastPath(), path);
  const shown = process.env["PWD"];
  if (isAbsolute(path) || shown === undefined || !isAbsolute(shown)) return real;
  const given = resolve(shown, path);
  return isSame(given, real) ? given : real;
}

function isSame(a: string, b: string): boolean {
  const [first, second] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino;
}

// Node keeps the path that it has looked up once.
function lastPath(): string {
  try {
    return process.cwd();
  } catch {
    return "/";
  }
}
