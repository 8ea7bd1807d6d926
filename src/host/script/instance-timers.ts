// Host: the timers of one evaluation of a script.

/** They have the names of the global functions, end with the instance, and run callbacks as the script's own code. */
export class InstanceTimers {
  readonly #live = new Set<Handle>();
  readonly #intervals = new Set<Handle>();
  readonly #enter: EnterCallback;
  readonly #onIdle: (() => void)[] = [];
  #isEnded = false;

  constructor(enter: EnterCallback) {
    this.#enter = enter;
  }

  /** The names under which a script finds them. */
  names(): Record<string, unknown> {
    const clear = this.#clear;
    return {
      setTimeout: this.#setTimeout,
      setInterval: this.#setInterval,
      setImmediate: this.#setImmediate,
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: clear,
    };
  }

  end(): void {
    this.#isEnded = true;
    for (const handle of this.#live) this.#clear(handle);
  }

  /** Ends the intervals; timeouts still fire. */
  stopIntervals(): void {
    for (const handle of this.#intervals) this.#clear(handle);
  }

  /** Resolves when none is left. */
  async idle(): Promise<void> {
    if (this.#live.size > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  readonly #setTimeout = (callback: Callback, delay?: number, ...args: unknown[]): Handle => {
    checkCallback("setTimeout", callback);
    const handle: Handle = setTimeout(() => {
      this.#enter(() => callback(...args));
      this.#forget(handle);
    }, delay);
    return this.#keep(handle);
  };

  readonly #setInterval = (callback: Callback, delay?: number, ...args: unknown[]): Handle => {
    checkCallback("setInterval", callback);
    const handle: Handle = setInterval(() => this.#enter(() => callback(...args)), delay);
    this.#intervals.add(handle);
    return this.#keep(handle);
  };

  readonly #setImmediate = (callback: Callback, ...args: unknown[]): Handle => {
    checkCallback("setImmediate", callback);
    const handle: Handle = setImmediate(() => {
      this.#enter(() => callback(...args));
      this.#forget(handle);
    });
    return this.#keep(handle);
  };

  readonly #clear = (handle: unknown): void => {
    this.#forget(handle as Handle);
    clearTimeout(handle as NodeJS.Timeout);
    clearImmediate(handle as NodeJS.Immediate);
  };

  #forget(handle: Handle): void {
    this.#live.delete(handle);
    this.#intervals.delete(handle);
    if (this.#live.size === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  // An instance that has ended starts no timer: the script gets a handle, and the timer never fires.
  #keep(handle: Handle): Handle {
    if (this.#isEnded) this.#clear(handle);
    else this.#live.add(handle);
    return handle;
  }
}

/** Runs a timer's callback as the script's own code: faults are reported, its commands are committed. */
export type EnterCallback = (callback: () => unknown) => void;

type Callback = (...args: unknown[]) => unknown;
type Handle = ReturnType<typeof setTimeout> | ReturnType<typeof setImmediate>;

function checkCallback(call: string, callback: unknown): void {
  if (typeof callback === "function") return;
  throw new TypeError(`${call} takes a function, got ${callback === null ? "null" : typeof callback}`);
}
