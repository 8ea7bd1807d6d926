import { ringLibrary } from "../../../../../src/dialects/bolt/ring/library/library.ts";
import type { RingFiles, RingRun } from "../../../../../src/dialects/bolt/ring/runtime/builtin.ts";
import { RingList, RingObject } from "../../../../../src/dialects/bolt/ring/runtime/values.ts";
import type { RingClass, RingCode, RingValue } from "../../../../../src/dialects/bolt/ring/runtime/values.ts";

/** A program without code: it calls built-in functions and keeps what they write. */
export class LibraryProgram implements RingRun {
  decimals = 2;
  written = "";
  readonly files: RingFiles | null;
  readonly clock = { now: () => Date.UTC(2026, 2, 9, 7, 5, 3), offset: () => 0 };
  readonly #library = ringLibrary();

  constructor(files: RingFiles | null = null) {
    this.files = files;
  }

  write(bytes: string): void {
    this.written += bytes;
  }

  random(): number {
    return 0.5;
  }

  environment(name: string): string {
    return name === "HOME" ? "/home/ada" : "";
  }

  /** Calls a built-in function; lists are given and returned as arrays. */
  call(name: string, ...args: readonly Plain[]): Plain {
    return plain(this.run(name, ...args.map(value)));
  }

  run(name: string, ...args: RingValue[]): RingValue {
    return this.#library[name]!(this, args);
  }
}

export type Plain = number | string | readonly Plain[] | RingObject;

export function value(from: Plain): RingValue {
  if (typeof from !== "object" || from instanceof RingObject) return from;
  return new RingList(from.map(value));
}

export function plain(from: RingValue): Plain {
  return from instanceof RingList ? from.items.map(plain) : from;
}

export function object(
  attributes: Record<string, Plain>,
  ringClass: RingClass = classOf("box", {}),
): RingObject {
  const table = Object.create(null) as Record<string, RingValue>;
  for (const [name, given] of Object.entries(attributes)) table[name] = value(given);
  return new RingObject(ringClass, table);
}

/** A class with these methods. Names that start with an underscore are private, without it. */
export function classOf(
  name: string,
  own: Record<string, RingCode>,
  parent: RingClass | null = null,
): RingClass {
  const privates = new Set(Object.keys(own).flatMap((key) => (key.startsWith("_") ? [key.slice(1)] : [])));
  const methods = new Map(Object.entries(own).map(([key, code]) => [key.replace(/^_/, ""), code]));
  const all = { ...parent?.all, ...Object.fromEntries(methods) };
  const open = Object.fromEntries(Object.entries(all).filter(([key]) => !privates.has(key)));
  return { name, packageName: "", parent, methods, privates, all, open };
}

/** The files of a program, in memory. */
export class MemoryFiles implements RingFiles {
  readonly contents = new Map<string, string>();

  read(path: string): string | null {
    return this.contents.get(path) ?? null;
  }

  write(path: string, bytes: string): boolean {
    if (path.startsWith("missing/")) return false;
    this.contents.set(path, bytes);
    return true;
  }

  remove(path: string): boolean {
    return this.contents.delete(path);
  }

  rename(from: string, to: string): boolean {
    const bytes = this.contents.get(from);
    if (bytes !== undefined) this.contents.set(to, bytes);
    return this.contents.delete(from);
  }

  kindOf(path: string): "file" | "folder" | null {
    if (path === "data") return "folder";
    return this.contents.has(path) ? "file" : null;
  }

  list(path: string): readonly { readonly name: string; readonly isFolder: boolean }[] | null {
    if (path !== "data") return null;
    return [...this.contents.keys()].map((name) => ({ name, isFolder: false }));
  }
}
