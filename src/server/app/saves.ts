// Server: watches the files of an app, and reloads what a save concerns.
import { loadApp, type LoadedApp, type LoadedScript, type LoadOptions } from "../../load/load-app.ts";
import { LoadMemory } from "../../load/load-memory.ts";
import type { Watcher } from "../../load/watcher.ts";
import { realClock } from "../../real-clock.ts";

/** How an app's folder is loaded: by itself, or with what is kept from one save to the next. */
export class Saves {
  readonly #dir: string;
  readonly #memory: LoadMemory<LoadedScript> | null;
  #watcher: Watcher | null = null;
  #onSave: () => void = () => undefined;

  /** `dir` is resolved at each load: a link in it may have been turned. */
  constructor(dir: string, watches: boolean) {
    this.#dir = dir;
    this.#memory = watches ? new LoadMemory(realClock, () => this.#onSave()) : null;
  }

  /** Loads the folder. After a save only what has changed is made again, and what takes long is not waited for. */
  readonly load = async (isSave: boolean, warnings = true): Promise<LoadedApp> => {
    const memory = this.#memory;
    if (!isSave) memory?.forgetAll();
    const options: LoadOptions = memory === null ? { warnings } : { warnings, memory, isSave };
    const app = await loadApp(this.#dir, options);
    if (memory !== null) this.#watcher?.follow(memory.inputs);
    return app;
  };

  /** Calls back after each save, once `load` finds what was saved. */
  async watch(onSave: () => void): Promise<void> {
    const memory = this.#memory;
    if (memory === null) return;
    this.#onSave = onSave;
    // Loaded on demand: a server in production does not watch, and every millisecond before the first connection counts.
    const { Watcher: FolderWatcher } = await import("../../load/watcher.ts");
    this.#watcher = new FolderWatcher(this.#dir, realClock, ({ files, isWhole }) => {
      if (isWhole) memory.forgetBundles();
      memory.forget(files);
      onSave();
    });
    this.#watcher.follow(memory.inputs);
    await this.#watcher.ready();
  }

  async end(): Promise<void> {
    this.#onSave = () => undefined;
    await this.#watcher?.close();
  }
}
