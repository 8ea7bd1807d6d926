// Host: one evaluation of a script's module, with the timers that end with it.
import type { Instance } from "../api/dialect.ts";
import type { InstanceTimers } from "./instance-timers.ts";

/** `timers` is null when the script uses none. */
export class ScriptInstance implements Instance {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly #timers: InstanceTimers | null;

  constructor(exports: Readonly<Record<string, unknown>>, timers: InstanceTimers | null) {
    this.exports = exports;
    this.#timers = timers;
  }

  end(): void {
    this.#timers?.end();
  }

  stopIntervals(): void {
    this.#timers?.stopIntervals();
  }

  async idle(): Promise<void> {
    await this.#timers?.idle();
  }
}
