// Dialect: the published `FileEntity`: a file with a position, which may be the body of a response.
import type { Platform } from "../../../host/api/platform.ts";
import type { PlatformFiles } from "../../../host/api/platform-files.ts";
import { stringFor } from "../../../boundary/checks.ts";
import { wrongKind } from "../common/checks.ts";
import { published } from "../common/published-class.ts";
import { bytesFor, Data } from "../data/data.ts";
import { AppDirectories } from "./app-directories.ts";
import { explained } from "./file-manager.ts";
import { responseContent } from "./response-content.ts";

/** Each call opens the file for itself, so a program that forgets `close` holds nothing. */
export class FileEntity {
  readonly #platform: Platform;
  readonly #path: string;
  readonly #mode: FileMode;
  #position = 0;
  #isClosed = false;

  constructor(platform: Platform, path: string, mode: FileMode) {
    this.#platform = platform;
    this.#path = path;
    this.#mode = mode;
  }

  /** What is left of a file from its position on, and its media type; null for any other value. */
  static read(value: unknown): { readonly type: string; readonly content: Uint8Array } | null {
    if (typeof value !== "object" || value === null || !(#path in value)) return null;
    const content = responseContent("HttpResponse", value.#shown, (length) =>
      value.#take("HttpResponse", length),
    );
    return { type: value.#files.mediaTypeOf(value.#path), content };
  }

  get path(): string {
    return this.#path;
  }

  /** Published: false for a position that there cannot be. */
  seek(offset: unknown): boolean {
    if (typeof offset !== "number") throw wrongKind("FileEntity.seek", "a number as offset", offset);
    if (this.#isClosed || !Number.isSafeInteger(offset) || offset < 0) return false;
    this.#position = offset;
    return true;
  }

  /** Fewer bytes at the end of the file; none behind it. */
  read(size: unknown): Data {
    if (typeof size !== "number" || !(size >= 0))
      throw wrongKind("FileEntity.read", "a number from 0 as size", size);
    return new Data(this.#take("FileEntity.read", Math.floor(size)), this.#platform);
  }

  write(data: unknown): void {
    const bytes = bytesFor("FileEntity.write", data);
    this.#refuse("FileEntity.write", this.#mode.writes, "was not opened for writing");
    const { appends } = this.#mode;
    explained("FileEntity.write", () => {
      this.#files.write(this.#path, bytes, appends ? "end" : this.#position);
      this.#position = appends ? (this.#files.stat(this.#path)?.size ?? 0) : this.#position + bytes.length;
    });
  }

  close(): void {
    this.#isClosed = true;
  }

  get #files(): PlatformFiles {
    return this.#platform.files;
  }

  get #shown(): string {
    return new AppDirectories(this.#files).shown(this.#path);
  }

  #take(call: string, length: number): Uint8Array {
    this.#refuse(call, this.#mode.reads, "was not opened for reading");
    const range = { start: this.#position, length };
    const bytes = explained(call, () => this.#files.read(this.#path, range));
    this.#position += bytes.length;
    return bytes;
  }

  #refuse(call: string, isAllowed: boolean, why: string): void {
    if (this.#isClosed) throw new Error(`${call}: ${this.#shown} is closed`);
    if (!isAllowed) throw new Error(`${call}: ${this.#shown} ${why}`);
  }
}

/** The global `FileEntity`. */
export function fileEntityGlobal(platform: Platform): object {
  const open = (call: string, path: unknown, mode: FileMode): FileEntity =>
    openFile(platform, { call: `FileEntity.${call}`, path, mode });
  return published("FileEntity", FileEntity, {
    openForReading: (path: unknown) => open("openForReading", path, modeFor("rb")),
    openNewForWriting: (path: unknown) => open("openNewForWriting", path, modeFor("wb")),
    openForWritingAndReading: (path: unknown) =>
      open("openForWritingAndReading", path, { ...modeFor("r+b"), makes: true }),
    openForMode: (path: unknown, mode: unknown) => open("openForMode", path, modeFor(mode)),
  });
}

/** How a file was opened. */
interface FileMode {
  readonly reads: boolean;
  readonly writes: boolean;
  readonly appends: boolean;
  /** Whether a missing file is made. */
  readonly makes: boolean;
  /** Whether it is emptied. */
  readonly empties: boolean;
}

function modeFor(value: unknown): FileMode {
  const letters = /^([rwa])b?(\+?)b?$/.exec(typeof value === "string" ? value : "");
  if (letters === null) throw wrongKind("FileEntity.openForMode", `a mode as "rb", "wb" or "a+b"`, value);
  const [, letter, plus] = letters;
  return {
    reads: letter === "r" || plus === "+",
    writes: letter !== "r" || plus === "+",
    appends: letter === "a",
    makes: letter !== "r",
    empties: letter === "w",
  };
}

function openFile(platform: Platform, { call, path, mode }: Opening): FileEntity {
  const { files } = platform;
  const file = new AppDirectories(files).full(stringFor(call, "path", path));
  explained(call, () => {
    if (mode.empties) files.write(file, NOTHING, "all");
    else if (mode.makes) files.write(file, NOTHING, "end");
    // A file that is missing, or a folder, is refused here and not at the first use.
    else files.read(file, { start: 0, length: 0 });
  });
  return new FileEntity(platform, file, mode);
}

interface Opening {
  readonly call: string;
  readonly path: unknown;
  readonly mode: FileMode;
}

const NOTHING = new Uint8Array();
