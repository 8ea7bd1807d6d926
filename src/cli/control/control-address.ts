import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, realpath } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { UsageError } from "../failure.ts";

/** The length of the address of a local socket: 108 bytes with the final zero on Linux, 104 on macOS. */
const longest = process.platform === "darwin" ? 103 : 107;

/**
 * Where the server of an app listens for `parlor run`: the same for every way of writing the app's folder.
 * A named pipe on Windows, elsewhere a socket in a folder that only this user can enter.
 */
export async function controlAddress(dir: string): Promise<string> {
  const app = await realpath(dir);
  const hash = createHash("sha256").update(app).digest("hex").slice(0, 32);
  if (process.platform === "win32") return `\\\\.\\pipe\\parlor-${userInfo().username}-${hash}`;
  const path = join(tmpdir(), `parlor-${userInfo().uid}`, `${hash}.sock`);
  if (Buffer.byteLength(path) <= longest) return path;
  throw new UsageError(
    `the control socket's path ${path} is over ${longest} bytes: set TMPDIR to a shorter folder`,
  );
}

/** Makes the socket's folder, or makes sure that the one that is there belongs to this user alone. */
export async function prepareControlFolder(address: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = dirname(address);
  await mkdir(folder, { mode: 0o700 }).catch(unlessThere);
  await refuseForeign(folder);
  await chmod(folder, 0o700);
}

/** Whoever may write to the folder could answer in the server's place, so a folder of somebody else is not used. */
export async function refuseForeign(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const found = await lstat(folder);
  if (found.isDirectory() && found.uid === userInfo().uid) return;
  throw new UsageError(
    `${folder} is not a folder of this user: remove it, or set TMPDIR to a folder of yours`,
  );
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
