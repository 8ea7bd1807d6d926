// CLI: the address of an app's control socket, in a folder that only this user can enter.
import { createHash } from "node:crypto";
import { accessSync, constants } from "node:fs";
import { chmod, lstat, mkdir, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { givenPath } from "../../working-folder.ts";
import { UsageError } from "../print/failure.ts";

/**
 * Where the server of an app listens for `parlor run`, `reload` and `top`: at the path of its folder as it was given, and
 * at the real one, which another release has after a link was turned. The path as it was given comes first.
 */
export async function controlAddresses(dir: string): Promise<string[]> {
  const given = givenPath(dir);
  const parent = await realpath(dirname(given)).catch(() => dirname(given));
  const paths = [given, join(parent, basename(given)), await realpath(dir).catch(() => given)];
  return [...new Set(paths)].map(addressOf);
}

/** The address of a folder by its real path: the same for every spelling of it. */
export async function controlAddress(dir: string): Promise<string> {
  return addressOf(await realpath(dir));
}

// A named pipe on Windows, elsewhere a socket.
function addressOf(app: string): string {
  const hash = createHash("sha256").update(app).digest("hex").slice(0, 32);
  if (process.platform === "win32") return `\\\\.\\pipe\\parlor-${process.env["USERNAME"] ?? ""}-${hash}`;
  const path = join(folderForSockets(), `parlor-${userId()}`, `${hash}.sock`);
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

/** Refuses a folder of another user, who could reply in place of the server. */
export async function refuseForeign(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const found = await lstat(folder);
  if (found.isDirectory() && found.uid === userId()) return;
  throw new UsageError(
    `the control folder belongs to another user: ${folder}; remove it, or set TMPDIR to your own folder`,
  );
}

// A container may have a read-only root and nothing else to write to than its memory.
function folderForSockets(): string {
  const found = [tmpdir(), "/dev/shm"].find(isWritable);
  return found ?? tmpdir();
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

// The number is enough: a user of a container often has no name.
function userId(): number {
  return process.getuid?.() ?? 0;
}

/** The longest path of a local socket: 108 bytes with the final zero on Linux, 104 on macOS. */
const longestPath = process.platform === "darwin" ? 103 : 107;

function unlessItExists(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
