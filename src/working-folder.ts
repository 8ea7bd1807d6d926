// Base: the process's working folder: Node starts no thread and no process in one that has been removed.
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";

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

// Node keeps the path that it has looked up once.
function lastPath(): string {
  try {
    return process.cwd();
  } catch {
    return "/";
  }
}
