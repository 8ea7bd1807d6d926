// Host: the files of an app as dialects use them, because dialects are compiled without Node's types.

/**
 * The files below the folders that an app may use. A path is absolute, or relative to the app's folder. Each call is
 * synchronous and takes effect at once. It throws a {@link FileProblem} if the file system refuses it, or if the path
 * leads to another place, by `..` or by a symbolic link.
 */
export interface PlatformFiles extends FileReading, FileWriting {
  /** Absolute: the app's own folder first, then those that its config allows. Empty for a program without an app. */
  readonly folders: readonly string[];
  /** The media type of a file by its name's ending, with `charset=utf-8` for text; `application/octet-stream` if unknown. */
  mediaTypeOf(name: string): string;
}

interface FileReading {
  /** The bytes of a file, or the part of them that the range has, up to 2 GiB; fewer at the file's end. Links are followed. */
  read(path: string, range?: ByteRange): Uint8Array;
  /** The names in a folder, sorted; if `isDeep` also the paths below it, relative to it. Links to folders are not followed. */
  list(path: string, isDeep?: boolean): readonly string[];
  /** Facts on what the path leads to, links followed; null if there is nothing. */
  stat(path: string): FileFacts | null;
  /** Where a symbolic link points to, as it was written; null for anything else. */
  linkTarget(path: string): string | null;
}

interface FileWriting {
  /** Writes all bytes of a file, adds to its end, or writes at a position. Makes the file; its folder must exist. */
  write(path: string, bytes: Uint8Array, at: "all" | "end" | number): void;
  /** Makes a folder, with those above it if `isDeep`: then one may exist. */
  makeFolder(path: string, isDeep: boolean): void;
  /** Removes a file, a link (not its target), or a folder with all that is in it. */
  remove(path: string): void;
  /** Moves a file, a link or a folder. There must be nothing at the new path. */
  rename(path: string, newPath: string): void;
  /** Copies a file, or a folder with all that is in it; links are copied as links. There must be nothing at the new path. */
  copy(path: string, newPath: string): void;
  /** Makes a symbolic link at the path. Its target must be in one of the folders, too. */
  link(path: string, target: string): void;
}

/** A part of a file. */
export interface ByteRange {
  /** The first byte, from 0. */
  readonly start: number;
  /** The most bytes to read. */
  readonly length: number;
}

/** Facts on a file or folder. */
export interface FileFacts {
  readonly kind: "file" | "folder" | "socket" | "pipe" | "other";
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** The reason why a file cannot be used. */
export type FileReason = "missing" | "outside" | "taken" | "wrong kind" | "denied" | "other";

/** An operation on a file that was not done. The message names the file, relative to the app, and the reason. */
export class FileProblem extends Error {
  readonly reason: FileReason;

  constructor(reason: FileReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
