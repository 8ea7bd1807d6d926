import { open, rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

const retryEvery = 10;
/** What is done under a lock takes some ms; one that is older was left by a process that died. */
const longestHold = 2000;

/** Does something while no other process does it, by a file that only one can make. */
export async function withLock<T>(file: string, action: () => Promise<T>): Promise<T> {
  await acquire(file);
  try {
    return await action();
  } finally {
    await rm(file, { force: true });
  }
}

async function acquire(file: string): Promise<void> {
  for (let waited = 0; waited < longestHold; waited += retryEvery) {
    if (await isMade(file)) return;
    await delay(retryEvery);
  }
  await rm(file, { force: true });
  if (!(await isMade(file))) await acquire(file);
}

async function isMade(file: string): Promise<boolean> {
  try {
    await (await open(file, "wx")).close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}
