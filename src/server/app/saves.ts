// Server: watches the files of an app, and reloads what a save concerns.
import { loadApp, type LoadedApp, type LoadedScript, type LoadOptions } from "../../load/load-app.ts";
import type { Timer } from "../../boundary/clock.ts";
import type { Save } from "../../load/save-queue.ts";
import { LoadMemory } from "../../load/load-memory.ts";
import type { Watcher } from "../../load/watcher.ts";
import { realClock } from "../../real-clock.ts";

/** How an app's folder is loaded: by itself, or with what is kept from one save to the next. */
export class Saves {
  readonly #dir: string;
  readonly #memory: Memory | null;
  #watcher: Watcher | null = null;
  #check: Timer | null = null;
  #loadedAt = 0;
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
    this.#loadedAt = realClock.now();
    const options: LoadOptions = memory === null ? { warnings } : { warnings, memory, isSave };
    const app = await loadApp(this.#dir, options);
    if (memory !== null) this.#follow(memory);
    return app;
  };

  /** Calls back after each save, once `load` finds what was saved. */
  async watch(onSave: () => void): Promise<void> {
    const memory = this.#memory;
    if (memory === null) return;
    this.#onSave = onSave;
    // Loaded on demand: a server in production does not watch, and every millisecond before the first connection counts.
    const { Watcher: FolderWatcher } = await import("../../load/watcher.ts");
    this.#watcher = new FolderWatcher(this.#dir, realClock, (save) => this.#saved(memory, save));
    this.#follow(memory);
    await this.#watcher.ready();
    this.#reportMissed(memory, this.#watcher.newSince(this.#loadedAt));
  }

  async end(): Promise<void> {
    this.#onSave = () => undefined;
    this.#check?.cancel();
    const watcher = this.#watcher;
    this.#watcher = null;
    await watcher?.close();
  }

  // Before the watch starts, and after its end, no reload would follow: what was missed must not be forgotten by then.
  #follow(memory: Memory): void {
    if (this.#watcher === null) return;
    this.#watcher.follow(memory.inputs);
    this.#check?.cancel();
    this.#check = realClock.after(WATCHED_AFTER, () => this.#reportMissed(memory, []));
  }

  // Files are read before they are watched: a save between the two is seen by nothing else.
  #reportMissed(memory: Memory, added: readonly string[]): void {
    const files = new Set([...memory.changedInputs, ...added]);
    if (files.size > 0) this.#saved(memory, { files, isWhole: true });
  }

  #saved(memory: Memory, { files, isWhole }: Save): void {
    if (isWhole) memory.forgetBundles();
    memory.forget(files);
    this.#onSave();
  }
}

type Memory = LoadMemory<LoadedScript>;

/** The system watches new files within this, ms. */
const WATCHED_AFTER = 500;
