// Dialect: the calls of the published `FileManager` that have a synchronous and an asynchronous form.
import type { FileFacts, PlatformFiles } from "../../../host/api/platform-files.ts";
import type { Platform } from "../../../host/api/platform.ts";
import { stringFor } from "../../../boundary/checks.ts";
import { wrongKind } from "../common/checks.ts";
import { bytesFor, Data } from "../data/data.ts";
import { decodeText, encodeText, encodingFor } from "../data/encodings.ts";
import { AppDirectories } from "./app-directories.ts";
import { Path } from "./path.ts";

/** Each takes what the script gave, checks it, and works at once. */
export class FileCalls {
  readonly #platform: Platform;
  readonly #files: PlatformFiles;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#files = platform.files;
  }

  createDirectory(path: unknown, recursive: unknown = false): void {
    this.#files.makeFolder(pathFor("createDirectory", path), flagFor("createDirectory", recursive));
  }

  createLink(path: unknown, target: unknown): void {
    this.#files.link(pathFor("createLink", path), pathFor("createLink", target, "target"));
  }

  copyFile(path: unknown, newPath: unknown): void {
    this.#files.copy(pathFor("copyFile", path), pathFor("copyFile", newPath, "newPath"));
  }

  rename(path: unknown, newPath: unknown): void {
    this.#files.rename(pathFor("rename", path), pathFor("rename", newPath, "newPath"));
  }

  remove(path: unknown): void {
    this.#files.remove(pathFor("remove", path));
  }

  /** Names; with `recursive` the paths below the folder too, relative to it. Links to folders are not followed. */
  readDirectory(path: unknown, recursive: unknown = false): string[] {
    const folder = pathFor("readDirectory", path);
    return [...this.#files.list(folder, flagFor("readDirectory", recursive))];
  }

  exists(path: unknown): boolean {
    return this.#files.stat(pathFor("exists", path)) !== null;
  }

  isFile(path: unknown): boolean {
    return this.#files.stat(pathFor("isFile", path))?.kind === "file";
  }

  isDirectory(path: unknown): boolean {
    return this.#files.stat(pathFor("isDirectory", path))?.kind === "folder";
  }

  isLink(path: unknown): boolean {
    return this.#files.linkTarget(pathFor("isLink", path)) !== null;
  }

  /** Whether a zero byte is among the first. */
  isBinaryFile(path: unknown): boolean {
    return this.#files.read(pathFor("isBinaryFile", path), { start: 0, length: LOOK }).includes(0);
  }

  readAsString(path: unknown, encoding?: unknown): string {
    const file = pathFor("readAsString", path);
    const name = encodingFor("FileManager.readAsString", aliased(encoding), this.#platform.encodings);
    const bytes = this.#files.read(file);
    const text = bytes.length === 0 ? "" : decodeText(bytes, name, this.#platform.encodings);
    if (text !== null) return text;
    const shown = new AppDirectories(this.#files).shown(file);
    throw new TypeError(`FileManager.readAsString: ${shown} is not ${name}; ${TRY_BYTES}`);
  }

  readAsBytes(path: unknown): Uint8Array {
    return this.#files.read(pathFor("readAsBytes", path));
  }

  readAsData(path: unknown): Data {
    return new Data(this.#files.read(pathFor("readAsData", path)), this.#platform);
  }

  writeAsString(path: unknown, contents: unknown, encoding?: unknown): void {
    const file = pathFor("writeAsString", path);
    this.#files.write(file, this.#encoded("writeAsString", ["contents", contents], encoding), "all");
  }

  writeAsBytes(path: unknown, data: unknown): void {
    this.#files.write(pathFor("writeAsBytes", path), bytesFor("FileManager.writeAsBytes", data), "all");
  }

  writeAsData(path: unknown, data: unknown): void {
    this.#files.write(pathFor("writeAsData", path), bytesFor("FileManager.writeAsData", data), "all");
  }

  appendText(path: unknown, text: unknown, encoding?: unknown): void {
    const file = pathFor("appendText", path);
    this.#append(file, this.#encoded("appendText", ["text", text], encoding));
  }

  appendData(path: unknown, data: unknown): void {
    this.#append(pathFor("appendData", path), bytesFor("FileManager.appendData", data));
  }

  /** Published: a type for what is missing, too. */
  stat(path: unknown): FileStat {
    const facts = this.#files.stat(pathFor("stat", path));
    if (facts === null) return { creationDate: 0, modificationDate: 0, type: "notFound", size: 0 };
    const { created, modified, kind, size } = facts;
    return { creationDate: created, modificationDate: modified, type: TYPES[kind], size };
  }

  /** Published: the file and its folder are made. */
  #append(file: string, bytes: Uint8Array): void {
    this.#files.makeFolder(Path.dirname(file), true);
    this.#files.write(file, bytes, "end");
  }

  #encoded(call: string, [what, value]: readonly [string, unknown], encoding: unknown): Uint8Array {
    const { encodings } = this.#platform;
    const text = stringFor(`FileManager.${call}`, what, value);
    const name = encodingFor(`FileManager.${call}`, aliased(encoding), encodings);
    const bytes = encodeText(text, name, encodings);
    if (bytes !== null) return bytes;
    throw new TypeError(`FileManager.${call}: ${name} cannot express this text; use another encoding`);
  }
}

/** Published. Dates are milliseconds since 1970. */
export interface FileStat {
  readonly creationDate: number;
  readonly modificationDate: number;
  readonly type: string;
  readonly size: number;
}

/** A script's path; relative ones start at the app's folder. */
export function pathFor(call: string, path: unknown, what = "path"): string {
  return stringFor(`FileManager.${call}`, what, path);
}

/** Bytes that show whether a file is text. */
const LOOK = 8192;
const TRY_BYTES = "read it with another encoding, or with readAsData";

const TYPES: Readonly<Record<FileFacts["kind"], string>> = {
  file: "file",
  folder: "directory",
  socket: "unixDomainSock",
  pipe: "pipe",
  other: "file",
};

function flagFor(call: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw wrongKind(`FileManager.${call}`, "true or false as recursive", value);
}

// Published for FileManager in its first versions.
function aliased(encoding: unknown): unknown {
  return encoding === "latin1" ? "isoLatin1" : encoding;
}
