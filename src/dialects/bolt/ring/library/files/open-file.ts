// Dialect: an open file of a Ring program: its bytes are in memory, and are written when it is flushed or closed.
import type { RingFiles } from "../../runtime/builtin.ts";

/** A file as C's `FILE`: with a place, and with flags for its end and for a failure. */
export class OpenFile {
  readonly #files: RingFiles;
  readonly #path: string;
  readonly #mode: Mode;
  #bytes: string;
  #isChanged: boolean;
  place = 0;
  isAtEnd = false;
  hasFailed = false;

  /** Opens a file in one of C's modes; null if that fails. */
  static open(files: RingFiles, path: string, text: string): OpenFile | null {
    const mode = modeOf(text);
    const bytes = mode === null || mode.truncates ? "" : files.read(path);
    if (mode === null || (bytes === null && !mode.creates)) return null;
    const isNew = bytes === null || mode.truncates;
    if (isNew && !files.write(path, "")) return null;
    return new OpenFile(files, path, mode, bytes ?? "");
  }

  private constructor(files: RingFiles, path: string, mode: Mode, bytes: string) {
    this.#files = files;
    this.#path = path;
    this.#mode = mode;
    this.#bytes = bytes;
    this.#isChanged = false;
  }

  read(count: number): string {
    return this.#readTo(this.place + count);
  }

  /** Up to the next line end, which is included. */
  readLine(count: number): string {
    const end = this.#bytes.indexOf("\n", this.place);
    return this.#readTo(end === -1 ? this.place + count : Math.min(end + 1, this.place + count));
  }

  #readTo(end: number): string {
    if (!this.#mode.reads) {
      this.hasFailed = true;
      return "";
    }
    const text = this.#bytes.slice(this.place, end);
    this.isAtEnd = end > this.#bytes.length;
    this.place += text.length;
    return text;
  }

  /** Returns how many bytes were written. */
  write(text: string): number {
    if (!this.#mode.writes) {
      this.hasFailed = true;
      return 0;
    }
    if (this.#mode.appends) this.place = this.#bytes.length;
    const before = this.#bytes.slice(0, this.place).padEnd(this.place, "\0");
    this.#bytes = before + text + this.#bytes.slice(this.place + text.length);
    this.#isChanged = true;
    this.place += text.length;
    return text.length;
  }

  /** From the start (0), from the place (1) or from the end (2). Returns 0, or -1 for a place before the start. */
  seek(offset: number, from: number): number {
    const base = [0, this.place, this.#bytes.length][from];
    if (base === undefined || base + offset < 0) return -1;
    this.place = base + Math.trunc(offset);
    this.isAtEnd = false;
    return 0;
  }

  clear(): void {
    this.isAtEnd = false;
    this.hasFailed = false;
  }

  /** Writes what was changed to the file. Returns whether that worked. */
  flush(): boolean {
    const isWritten = !this.#isChanged || this.#files.write(this.#path, this.#bytes);
    if (isWritten) this.#isChanged = false;
    return isWritten;
  }
}

interface Mode {
  readonly reads: boolean;
  readonly writes: boolean;
  readonly appends: boolean;
  readonly truncates: boolean;
  readonly creates: boolean;
}

// r, w or a, with + for both ways, and b, which changes nothing.
function modeOf(text: string): Mode | null {
  const match = /^([rwa])(?:b?\+?|\+b)$/.exec(text);
  if (match === null) return null;
  const isBoth = text.includes("+");
  return {
    reads: match[1] === "r" || isBoth,
    writes: match[1] !== "r" || isBoth,
    appends: match[1] === "a",
    truncates: match[1] === "w",
    creates: match[1] !== "r",
  };
}
