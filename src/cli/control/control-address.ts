// CLI: the address of an app's control socket, in a folder that only this user can enter.
import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, realpath } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { UsageError } from "../print/failure.ts";

/**
 * Where the server of an app listens for `parlor run`, `reload` and `top`: the same for every spelling of the app's
 * folder. A named pipe on Windows, elsewhere a socket.
 */
export async function controlAddress(dir: string): Promise<string> {
  const app = await realpath(dir);
  const hash = createHash("sha256").update(app).digest("hex").slice(0, 32);
  if (process.platform === "win32") return `\\\\.\\pipe\\parlor-${userInfo().username}-${hash}`;
  const path = join(tmpdir(), `parlor-${userInfo().uid}`, `${hash}.sock`);
  if (Buffer.byteLength(path) <= longestPath) return path;
  throw new UsageError(
    `the control socket's path is longer than ${longestPath} bytes: ${path}; set TMPDIR to a shorter folder`,
  );
}

/** Creates the socket's folder, or checks that the existing one belongs to this user alone. */
export async function prepareControlFolder(address: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = dirname(address);
  await mkdir(folder, { mode: 0o700 }).catch(unlessItExists);
  await refuseForeign(folder);
  await chmod(folder, 0o700);
}

/** Refuses a folder of another user, who could answer in place of the server. */
export async function refuseForeign(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const found = await lstat(folder);
  if (found.isDirectory() && found.uid === userInfo().uid) return;
  throw new UsageError(
    `the control folder belongs to another user: ${folder}; remove it, or set TMPDIR to your own folder`,
  );
}

/** The longest path of a local socket: 108 bytes with the final zero on Linux, 104 on macOS. */
const longestPath = process.platform === "darwin" ? 103 : 107;

function unlessItExists(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
