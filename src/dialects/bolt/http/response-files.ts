// Dialect: the files that a Bolt program responds with.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import { FileProblem, type PlatformFiles } from "../../../host/api/platform-files.ts";

/** Finds files by paths relative to the program's own folder, or else to the app's. */
export class ResponseFiles {
  readonly #files: PlatformFiles;
  readonly #own: string;

  constructor({ info, platform }: Pick<ScriptContext, "info" | "platform">) {
    this.#files = platform.files;
    this.#own = folderOf(info.name);
  }

  /** Throws an error that names the call, for a file that cannot be read. */
  read(call: string, path: string): ResponseFile {
    const found = this.#findFor(call, path);
    if (found !== null) return found;
    throw new Error(
      `${call}: there is no file ${path} in ${this.#own || "the app's folder"}, nor in the app's folder`,
    );
  }

  #findFor(call: string, path: string): ResponseFile | null {
    try {
      return this.find(path);
    } catch (error) {
      throw new Error(`${call}: ${(error as Error).message}`);
    }
  }

  /** Null for a file that does not exist. Throws for one that may not be read or is hidden. */
  find(path: string): ResponseFile | null {
    if (isHidden(path)) throw new Error(`${JSON.stringify(path)} ${HIDDEN}`);
    const problems: FileProblem[] = [];
    for (const candidate of [this.#own + path, path]) {
      try {
        const bytes = this.#files.read(candidate);
        return { path: candidate, bytes, type: this.#files.mediaTypeOf(candidate) };
      } catch (error) {
        if (!(error instanceof FileProblem)) throw error;
        if (error.reason !== "missing") problems.push(error);
      }
    }
    const [problem] = problems;
    if (problem !== undefined) throw problem;
    return null;
  }
}

// `.env` and `.git` are in most apps, and a path may come from a client.
function isHidden(path: string): boolean {
  return path.split(/[\\/]/).some((part) => part.startsWith(".") && part !== "." && part !== "..");
}

const HIDDEN =
  'is hidden: files and folders whose names start with "." are not sent to clients; give the file another name';

/** A file, its path relative to the app's folder, and its media type. */
export interface ResponseFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly type: string;
}

/** With a slash at its end; "" for none. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
