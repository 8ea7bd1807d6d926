// Load: watches the files that an app is made of, wherever they lie, and nothing else.
import { existsSync, realpathSync, statSync } from "node:fs";
import { sep } from "node:path";
import type { Clock, Timer } from "../boundary/clock.ts";
import { REGISTRY } from "./files/script-file.ts";
import { SaveQueue, type Save } from "./save-queue.ts";
import { isSetting, WatchedFiles, type FileChange } from "./watched-files.ts";

/** Reports saves: files that bundles were made of, new and removed ones in the folders of scripts, and settings. */
export class Watcher {
  readonly #dir: string;
  readonly #clock: Clock;
  readonly #saves: SaveQueue;
  #identity: string;
  #files: WatchedFiles;
  #inputs: ReadonlySet<string> = new Set();
  /** Inputs that do not exist; their folders may not exist either. */
  #missing: readonly string[] = [];
  #look: Timer;
  /** Whether some files may not be watched. */
  #hasFailed = false;

  /** `dir`: as it was given; a link in it may be turned to another folder. */
  constructor(dir: string, clock: Clock, onSave: (save: Save) => void) {
    this.#dir = dir;
    this.#clock = clock;
    this.#saves = new SaveQueue(clock, onSave);
    this.#identity = identityOf(dir);
    this.#files = this.#watchFiles();
    this.#look = clock.after(LOOK_EVERY, this.#lookAtFolder);
  }

  /** Resolves when saves are reported from now on. */
  ready(): Promise<void> {
    return this.#files.ready();
  }

  /** Files of scripts that are not inputs and that came after `since`, in wall time, ms: while watching began. */
  newSince(since: number): string[] {
    return this.#files.code().filter((path) => !this.#inputs.has(path) && changedAt(path) >= since);
  }

  /** These files, absolute and without links, are what the app is made of now. */
  follow(inputs: ReadonlySet<string>): void {
    this.#inputs = inputs;
    this.#missing = [...inputs].filter((path) => !existsSync(path));
    this.#files.follow(inputs);
  }

  async close(): Promise<void> {
    this.#saves.end();
    this.#look.cancel();
    await this.#files.close();
  }

  #watchFiles(): WatchedFiles {
    const root = this.#identity === "" ? this.#dir : realpathSync(this.#dir);
    return new WatchedFiles(root, {
      onChange: (change) => this.#changed(change, root),
      onError: () => (this.#hasFailed = true),
    });
  }

  // Another content matters only of files that the app is made of; one that comes may take the place of another.
  #changed({ path, isContent }: FileChange, root: string): void {
    const name = path.slice(root.length + 1);
    const isKnown = isSetting(name) || name.startsWith(`${REGISTRY}${sep}`) || this.#inputs.has(path);
    if (isKnown || !isContent) this.#saves.add(path, isSetting(name) || !isContent);
  }

  // The system reports nothing when the folder is moved, or a link on the way to it is turned.
  readonly #lookAtFolder = (): void => {
    this.#look = this.#clock.after(LOOK_EVERY, this.#lookAtFolder);
    for (const path of this.#missing.filter((one) => existsSync(one))) this.#saves.add(path, true);
    const identity = identityOf(this.#dir);
    if (identity === "" || (identity === this.#identity && !this.#hasFailed)) return;
    this.#identity = identity;
    this.#watchAgain();
  };

  // A save may have been missed, so the whole app counts as saved.
  #watchAgain(): void {
    this.#hasFailed = false;
    void this.#files.close();
    this.#files = this.#watchFiles();
    this.#saves.add(this.#dir, true);
  }
}

/** How often the app's folder is looked at, ms. */
const LOOK_EVERY = 500;

function identityOf(dir: string): string {
  const found = statSync(dir, { throwIfNoEntry: false });
  if (found === undefined || !found.isDirectory()) return "";
  return `${realpathSync(dir)} ${found.dev} ${found.ino}`;
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0;
}
