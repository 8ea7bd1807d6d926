// Dialect: what a built-in function of Ring is, and what it may use of the program that calls it.
import type { RingValue } from "./values.ts";

/**
 * A built-in function. It checks the number and the types of its arguments itself and throws a `RingError` for a wrong one. A list among
 * the arguments is the caller's own list: a change is a change of the caller's. The caller takes over a list that is returned, so it must
 * not be part of any other value. A function without a result returns the empty text.
 */
export type Builtin = (run: RingRun, args: readonly RingValue[]) => RingValue;

/** Built-in functions by their lower-case names. */
export type Builtins = Readonly<Record<string, Builtin>>;

/** The running program as a built-in function sees it. */
export interface RingRun {
  /** Digits after the point when a number becomes text, 0 to 90. */
  decimals: number;
  readonly clock: RingClock;
  /** Null where the program has no files. */
  readonly files: RingFiles | null;
  /** Writes bytes to the program's output. */
  write(bytes: string): void;
  /** From 0 to below 1. */
  random(): number;
  /** The value of a variable of the environment; the empty text if there is none. */
  environment(name: string): string;
}

/** The time as built-in functions see it. */
export interface RingClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Minutes that local time is ahead of UTC at this time. */
  offset(time: number): number;
}

/** The files of a program, by paths relative to its folder. Paths and contents are bytes. A path that leads outside is a `RingError`. */
export interface RingFiles {
  /** Null if there is no such file. */
  read(path: string): string | null;
  /** False if the file cannot be written. */
  write(path: string, bytes: string): boolean;
  /** False if there was no such file. */
  remove(path: string): boolean;
  /** False if the file cannot be renamed. */
  rename(from: string, to: string): boolean;
  /** Null if nothing has this path. */
  kindOf(path: string): "file" | "folder" | null;
  /** What is in a folder, in any order; null if there is no such folder. */
  list(path: string): readonly { readonly name: string; readonly isFolder: boolean }[] | null;
}
