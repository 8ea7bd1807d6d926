// CLI: a lock between processes, held as a file.
import { open, rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** Runs an action while no other process holds the lock: only one process can create the file. */
export async function withLock<T>(file: string, action: () => Promise<T>): Promise<T> {
  await acquire(file);
  try {
    return await action();
  } finally {
    await rm(file, { force: true });
  }
}

/** In milliseconds. */
const retryInterval = 10;
/** In milliseconds. An action takes a few of them; a lock that is held longer was left by a process that died. */
const longestHold = 2000;

async function acquire(file: string): Promise<void> {
  for (let waited = 0; waited < longestHold; waited += retryInterval) {
    if (await create(file)) return;
    await delay(retryInterval);
  }
  await rm(file, { force: true });
  if (!(await create(file))) await acquire(file);
}

async function create(file: string): Promise<boolean> {
  try {
    await (await open(file, "wx")).close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}
