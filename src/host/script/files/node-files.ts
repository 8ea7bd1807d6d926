// Host: the files that scripts use, by Node's own calls.
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import type { Stats } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve, sep } from "node:path";
import type * as mimeTypes from "mime-types";
import { FileProblem } from "../../api/platform-files.ts";
import type { ByteRange, FileFacts, FileReason, PlatformFiles } from "../../api/platform-files.ts";
import type { AllowedFolders } from "./allowed-folders.ts";
import { copyAll, moveAll, namesBelow, refuseUncopied } from "./file-trees.ts";

/** The files below some folders. Each call looks at where its path leads before it opens anything. */
export class NodeFiles implements PlatformFiles {
  readonly #folders: AllowedFolders;

  constructor(folders: AllowedFolders) {
    this.#folders = folders;
  }

  get folders(): readonly string[] {
    return this.#folders.paths;
  }

  // Without a charset for JSON: it has none but UTF-8 (RFC 8259).
  mediaTypeOf(name: string): string {
    const type = (load("mime-types") as typeof mimeTypes).lookup(name);
    if (type === false) return "application/octet-stream";
    return type.startsWith("text/") ? `${type}; charset=utf-8` : type;
  }

  read(path: string, range?: ByteRange): Uint8Array {
    return this.#onTarget(path, (real) => {
      if (!statSync(real).isFile()) throw this.#wrongKind(path, "is not a file");
      return opened(real, constants.O_RDONLY, (file) => bytesOf(file, range) ?? this.#refuseSize(path));
    });
  }

  list(path: string, isDeep = false): readonly string[] {
    return this.#onTarget(path, (real) => (isDeep ? namesBelow(real) : readdirSync(real).sort()));
  }

  stat(path: string): FileFacts | null {
    return orNull(() => this.#onTarget(path, (real) => factsOf(statSync(real))));
  }

  linkTarget(path: string): string | null {
    const read = (real: string): string | null =>
      lstatSync(real).isSymbolicLink() ? readlinkSync(real) : null;
    return orNull(() => this.#onEntry(path, read));
  }

  write(path: string, bytes: Uint8Array, at: "all" | "end" | number): void {
    this.#onTarget(path, (real) => {
      // A pipe would block until the other end is opened.
      if (statSync(real, { throwIfNoEntry: false })?.isFile() === false)
        throw this.#wrongKind(path, "is not a file");
      const how = at === "all" ? constants.O_TRUNC : at === "end" ? constants.O_APPEND : 0;
      const start = typeof at === "number" ? at : null;
      opened(real, constants.O_WRONLY | constants.O_CREAT | how, (file) => writeAll(file, bytes, start));
    });
  }

  makeFolder(path: string, isDeep: boolean): void {
    this.#onTarget(path, (real) => void mkdirSync(real, { recursive: isDeep }));
  }

  remove(path: string): void {
    this.#onEntry(path, (real) => {
      this.#refuseRoot(path, real);
      rmSync(real, { recursive: true });
    });
  }

  rename(path: string, newPath: string): void {
    this.#onPair(path, newPath, (from, to) => {
      this.#refuseRoot(path, from);
      moveAll(from, to);
    });
  }

  copy(path: string, newPath: string): void {
    this.#onEntry(path, refuseUncopied);
    this.#onPair(path, newPath, copyAll);
  }

  link(path: string, target: string): void {
    this.#onEntry(path, (real) => {
      // As it is resolved when the link is used: from the link's own folder.
      this.#folders.target(resolve(dirname(real), target));
      symlinkSync(target, real);
    });
  }

  #onTarget<T>(path: string, use: (real: string) => T): T {
    return this.#explained(path, () => this.#folders.target(path), use);
  }

  #onEntry<T>(path: string, use: (real: string) => T): T {
    return this.#explained(path, () => this.#folders.entry(path), use);
  }

  #onPair(path: string, newPath: string, use: (from: string, to: string) => void): void {
    const from = this.#onEntry(path, (real) => (lstatSync(real), real));
    this.#onEntry(newPath, (to) => {
      if (lstatSync(to, { throwIfNoEntry: false }) !== undefined)
        throw new FileProblem("taken", `${this.#folders.shown(newPath)} exists already`);
      if (`${to}/`.startsWith(`${from}/`)) throw this.#wrongKind(newPath, "lies in the folder itself");
      use(from, to);
    });
  }

  #refuseRoot(path: string, real: string): void {
    if (this.#folders.isAtOrAbove(real))
      throw this.#wrongKind(path, "is the app's folder or an allowed one, which stays");
  }

  #refuseSize(path: string): never {
    const why = `has more than ${MOST_BYTES} bytes, which cannot be read at once; read it in parts`;
    throw new FileProblem("other", `${this.#folders.shown(path)} ${why}`);
  }

  #wrongKind(path: string, why: string): FileProblem {
    return new FileProblem("wrong kind", `${this.#folders.shown(path)} ${why}`);
  }

  #explained<T>(path: string, find: () => string, use: (real: string) => T): T {
    let real: string | null = null;
    try {
      real = find();
      return use(real);
    } catch (error) {
      if (error instanceof FileProblem) throw error;
      const { code = "", message, path: place = "" } = error as NodeJS.ErrnoException;
      const [reason, text] = REASONS[code] ?? ["other", `cannot be used (${message})`];
      // In a folder, the problem may be of one file only.
      const isBelow = real !== null && place.startsWith(real + sep);
      if (code === "ENOENT" && real !== null && !isBelow && !existsSync(dirname(real)))
        throw new FileProblem("missing", `${this.#folders.shown(path)} is in a folder that does not exist`);
      throw new FileProblem(reason, `${this.#folders.shown(isBelow ? place : path)} ${text}`);
    }
  }
}

const load = createRequire(import.meta.url);

/** What one call of the system can read. */
const MOST_BYTES = 2 ** 31 - 1;

/** Error codes of the system, as scripts see them. */
const REASONS: Readonly<Record<string, readonly [FileReason, string]>> = {
  ENOENT: ["missing", "does not exist"],
  ENOTDIR: ["wrong kind", "is not a folder, or a part of its path is not one"],
  EISDIR: ["wrong kind", "is a folder"],
  ERR_FS_EISDIR: ["wrong kind", "is a folder"],
  EEXIST: ["taken", "exists already"],
  EACCES: ["denied", "may not be used by the user that runs the server"],
  EPERM: ["denied", "may not be used by the user that runs the server"],
  EROFS: ["denied", "is on a file system that is read-only"],
  ENOSPC: ["other", "has no room: the disk is full"],
  ENAMETOOLONG: ["other", "has a name that is too long"],
  ELOOP: ["other", "has links that lead in a circle"],
  ENOTSUP: ["wrong kind", "is not a file, a folder or a link"],
};

// Of the wrong kind is a file in the place of a folder: there is nothing below it.
function orNull<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (error instanceof FileProblem && /^(?:missing|wrong kind)$/.test(error.reason)) return null;
    throw error;
  }
}

// The path has been looked at, and has no link in it; one that was made since is not followed.
function opened<T>(real: string, flags: number, use: (file: number) => T): T {
  const file = openSync(real, flags | constants.O_NOFOLLOW);
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

/** Null for more bytes than can be read at once. */
function bytesOf(file: number, range: ByteRange | undefined): Uint8Array | null {
  const { start, length } = range ?? { start: 0, length: Infinity };
  const count = Math.max(0, Math.min(length, fstatSync(file).size - start));
  if (count > MOST_BYTES) return null;
  const bytes = new Uint8Array(count);
  let filled = 0;
  while (filled < bytes.length) {
    const read = readSync(file, bytes, filled, bytes.length - filled, start + filled);
    if (read === 0) return bytes.slice(0, filled);
    filled += read;
  }
  return bytes;
}

function writeAll(file: number, bytes: Uint8Array, start: number | null): void {
  let done = 0;
  while (done < bytes.length)
    done += writeSync(file, bytes, done, bytes.length - done, start === null ? null : start + done);
}

function factsOf(stats: Stats): FileFacts {
  const kind = KINDS.find(([, is]) => is(stats))?.[0] ?? "other";
  return { kind, size: stats.size, created: stats.birthtimeMs, modified: stats.mtimeMs };
}

const KINDS: readonly (readonly [FileFacts["kind"], (stats: Stats) => boolean])[] = [
  ["file", (stats) => stats.isFile()],
  ["folder", (stats) => stats.isDirectory()],
  ["socket", (stats) => stats.isSocket()],
  ["pipe", (stats) => stats.isFIFO()],
];
