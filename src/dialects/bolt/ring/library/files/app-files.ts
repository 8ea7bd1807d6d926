// Dialect: the files of an app as a Ring program uses them.
import { FileProblem } from "../../../../../host/api/platform-files.ts";
import type { FileReason, PlatformFiles } from "../../../../../host/api/platform-files.ts";
import type { RingFiles } from "../../runtime/builtin.ts";
import { fromArray, toArray, toBytes, toText } from "../../runtime/bytes.ts";
import { RingError } from "../../runtime/ring-error.ts";

/** Files by paths relative to the app's folder. A path that leads outside is an error with the reason; others that fail are not. */
export class AppFiles implements RingFiles {
  readonly #files: PlatformFiles;
  readonly #outside: string | undefined;

  /** `outside` is what the error for a path outside says of it; left out, it says how the app can allow its folder. */
  constructor(files: PlatformFiles, outside?: string) {
    this.#files = files;
    this.#outside = outside;
  }

  read(path: string): string | null {
    return this.#orElse(null, path, () => fromArray(this.#files.read(toText(path))));
  }

  write(path: string, bytes: string): boolean {
    return this.#works(path, () => this.#files.write(toText(path), toArray(bytes), "all"));
  }

  // As C's remove: a folder only if it is empty.
  remove(path: string): boolean {
    const isFull = (this.list(path)?.length ?? 0) > 0;
    return !isFull && this.#works(path, () => this.#files.remove(toText(path)));
  }

  // As C's rename: a file takes the place of another.
  rename(from: string, to: string): boolean {
    if (this.kindOf(from) === "file" && this.kindOf(to) === "file" && from !== to) this.remove(to);
    return this.#works(to, () => this.#files.rename(toText(from), toText(to)));
  }

  kindOf(path: string): "file" | "folder" | null {
    const kind = this.#orElse(null, path, () => this.#files.stat(toText(path))?.kind ?? null);
    return kind === "file" || kind === "folder" ? kind : null;
  }

  list(path: string): readonly { readonly name: string; readonly isFolder: boolean }[] | null {
    const names = this.#orElse(null, path, () => this.#files.list(toText(path)));
    return names?.map((name) => this.#entry(`${path}/${toBytes(name)}`, toBytes(name))) ?? null;
  }

  #entry(path: string, name: string): { readonly name: string; readonly isFolder: boolean } {
    return { name, isFolder: this.kindOf(path) === "folder" };
  }

  #works(path: string, run: () => void): boolean {
    return this.#orElse(false, path, () => {
      run();
      return true;
    });
  }

  #orElse<T, U>(fallback: U, path: string, run: () => T): T | U {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      const { reason, message } = error;
      if (reason === "outside" && this.#outside !== undefined)
        throw new RingError(`"${path}" ${this.#outside}`);
      if (named.has(reason)) throw new RingError(toBytes(message));
      return fallback;
    }
  }
}

/** Reasons that Ring does not know: the text of the error says which. */
const named: ReadonlySet<FileReason> = new Set(["outside", "other"]);
