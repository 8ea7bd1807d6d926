// CLI: removes the control sockets that killed servers have left in the folder for temporary files.
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { connectTo } from "./control-connection.ts";
import { withLock } from "./lock-file.ts";

/** Removes the sockets of a folder on which no server listens, and locks that are left. Other files stay. */
export async function removeDeadSockets(folder: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names.slice(0, MOST)) {
    const path = join(folder, name);
    if (SOCKET.test(name)) await removeIfDead(path);
    else if (LOCK.test(name) && (await isOld(path))) await rm(path, { force: true });
  }
}

// With the lock that a server holds while it replaces a dead socket by its own.
async function removeIfDead(path: string): Promise<void> {
  if (await isLive(path)) return;
  await withLock(`${path}.lock`, async () => {
    if (!(await isLive(path))) await rm(path, { force: true });
  });
}

async function isLive(path: string): Promise<boolean> {
  const socket = await connectTo(path);
  socket?.destroy();
  return socket !== null;
}

async function isOld(path: string): Promise<boolean> {
  const file = await stat(path).catch(() => null);
  return file !== null && Date.now() - file.mtimeMs > LOCK_AGE;
}

const SOCKET = /^[\da-f]{32}\.sock$/;
const LOCK = /^[\da-f]{32}\.sock\.lock$/;
/** A lock is held for some milliseconds, ms. */
const LOCK_AGE = 60_000;
/** Files that are looked at in one start. */
const MOST = 1000;
