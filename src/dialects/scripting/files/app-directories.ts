// Dialect: the app's well-known directories, as folders of Parlor's app.
import type { PlatformFiles } from "../../../host/api/platform-files.ts";
import { fileOrNull } from "../common/file-or-null.ts";
import { Path } from "./path.ts";

/** Absolute paths with forward slashes. Programs share these folders, as scripts of the Scripting app do. */
export class AppDirectories {
  readonly #files: PlatformFiles;

  constructor(files: PlatformFiles) {
    this.#files = files;
  }

  /** The folder of the app. */
  get root(): string {
    return (this.#files.folders[0] ?? "/").replaceAll("\\", "/");
  }

  /** The folder of the programs. */
  get scripts(): string {
    return Path.join(this.root, "scripting");
  }

  /** A folder below `data/`, made at its first use: published directories always exist. */
  data(name: "documents" | "icloud" | "group" | "temporary"): string {
    const path = Path.join(this.root, "data", name);
    // A disk that is full or read-only is a problem of what the script does with the folder.
    fileOrNull(() => this.#files.makeFolder(path, true));
    return path;
  }

  /** The path from the root on. */
  full(path: string): string {
    return Path.isAbsolute(path) ? path : Path.join(this.root, path);
  }

  /** The path as texts show it: relative to the app's folder if it lies there. */
  shown(path: string): string {
    const full = Path.normalize(this.full(path));
    const start = `${this.root}/`;
    return JSON.stringify(full.startsWith(start) ? full.slice(start.length) : path);
  }

  isInCloud(path: string): boolean {
    return `${Path.normalize(this.full(path))}/`.startsWith(`${Path.join(this.root, "data", "icloud")}/`);
  }
}
