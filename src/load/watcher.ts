// Load: watches an app's folder.
import { watch, type FSWatcher } from "chokidar";
import type { Clock, Timer } from "../boundary/clock.ts";

/** Editors write a file in several steps, and several files at once. */
const SETTLE = 50;

/** Watches an app's folder and reports a change once no more changes follow. */
export class Watcher {
  readonly #watcher: FSWatcher;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #timer: Timer | null = null;

  constructor(root: string, clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#watcher = watch(root, { ignoreInitial: true, ignored: isIgnored });
    this.#watcher.on("all", this.#changed);
    // When watching fails, reload on save stops working; the server continues.
    this.#watcher.on("error", () => undefined);
  }

  /** Resolves when the watcher reports changes from now on. */
  async ready(): Promise<void> {
    await new Promise<void>((resolve) => this.#watcher.once("ready", resolve));
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.#watcher.close();
  }

  readonly #changed = (): void => {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(SETTLE, this.#onChange);
  };
}

function isIgnored(path: string): boolean {
  return /(^|[/\\])(node_modules|\.git)([/\\]|$)/.test(path);
}
