// Load: the files below an app's folder and elsewhere that are watched for changes, by chokidar.
import type { Stats } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { watch, type FSWatcher } from "chokidar";
import { REGISTRY, scriptFolders } from "./files/script-file.ts";

/**
 * The app's folder itself for its settings, the folders of its scripts for files that come and go, and each other file by
 * itself. Links are not followed: one may lead to any folder of the machine.
 */
export class WatchedFiles {
  readonly #root: string;
  readonly #folders: readonly string[];
  readonly #onChange: (change: FileChange) => void;
  readonly #top: FSWatcher;
  readonly #code: FSWatcher;
  readonly #others: FSWatcher;
  #followed = new Set<string>();

  constructor(root: string, { onChange, onError }: FileListener) {
    this.#root = root;
    this.#onChange = onChange;
    this.#folders = codeFolders.map((name) => join(root, name));
    const options = { ignoreInitial: true, followSymlinks: false, atomic: false };
    this.#top = watch(root, { ...options, depth: 0, ignored: (path) => this.#isNoTopFile(path) });
    const ignored = (path: string, stats?: Stats): boolean => this.#isNoCode(path, stats);
    this.#code = watch([...this.#folders], { ...options, ignored });
    this.#others = watch([], options);
    for (const watcher of this.#all) {
      watcher.on("all", this.#changed);
      watcher.on("error", onError);
    }
    this.#top.on("addDir", (path) => void (this.#folders.includes(path) && this.#code.add(path)));
  }

  async ready(): Promise<void> {
    await Promise.all(
      [this.#top, this.#code].map(
        (watcher) => new Promise<void>((resolve) => watcher.once("ready", resolve)),
      ),
    );
  }

  /** The files in the folders of scripts, absolute. */
  code(): string[] {
    const watched = Object.entries(this.#code.getWatched());
    return watched
      .flatMap(([folder, names]) => names.map((name) => join(folder, name)))
      .filter((path) => this.#isCovered(path));
  }

  /** Watches these files, and none of the previous ones that are not among them. */
  follow(inputs: ReadonlySet<string>): void {
    const wanted = new Set([...inputs].filter((path) => !this.#isCovered(path)));
    const gone = [...this.#followed].filter((path) => !wanted.has(path));
    const fresh = [...wanted].filter((path) => !this.#followed.has(path));
    this.#followed = wanted;
    if (gone.length > 0) this.#others.unwatch(gone);
    if (fresh.length > 0) this.#others.add(fresh);
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((watcher) => watcher.close()));
  }

  get #all(): readonly FSWatcher[] {
    return [this.#top, this.#code, this.#others];
  }

  // Folders come and go with their files; a folder of scripts that comes is watched from then on.
  readonly #changed = (event: string, path: string): void => {
    if (event !== "addDir" && event !== "unlinkDir") this.#onChange({ path, isContent: event === "change" });
  };

  #isNoTopFile(path: string): boolean {
    if (path === this.#root) return false;
    return !isSetting(basename(path)) && !this.#folders.includes(path);
  }

  #isNoCode(path: string, stats?: Stats): boolean {
    const below = relative(this.#root, path);
    if (/(?:^|[/\\])(?:node_modules|\.[^/\\]*)(?:[/\\]|$)/.test(below)) return true;
    if (stats === undefined || stats.isDirectory() || stats.isSymbolicLink()) return false;
    return !CODE.test(path) && !below.startsWith(`${REGISTRY}${sep}`);
  }

  #isCovered(path: string): boolean {
    return CODE.test(path) && this.#folders.some((folder) => path.startsWith(folder + sep));
  }
}

export interface FileListener {
  readonly onChange: (change: FileChange) => void;
  /** Some files may not be watched: a folder could not be read, for lack of descriptors for example. */
  readonly onError: () => void;
}

/** A file has another content, or it has come or gone. */
export interface FileChange {
  /** Absolute. */
  readonly path: string;
  readonly isContent: boolean;
}

/** Files of the app's folder itself that change what is served. */
export function isSetting(name: string): boolean {
  return /^(?:\.env|parlor\.config\.(?:ts|mts|js|mjs)|tsconfig\.json|package\.json)$/.test(name);
}

/** Folders of an app whose files are watched before they are used. */
const codeFolders = [...scriptFolders, "shared"];

const CODE = /\.[cm]?[jt]sx?$/;
