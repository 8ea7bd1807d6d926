import { Console } from "node:console";
import type { LogLevel } from "../../boundary/log-line.ts";

/** What an instance's world needs of its host. */
export interface ConsolePorts {
  log(level: LogLevel, text: string): void;
  /** Runs a timer's callback as the script's own: faults are told, what it commands is committed. */
  enter(callback: () => unknown): void;
}

type Callback = (...args: unknown[]) => unknown;
type Handle = ReturnType<typeof setTimeout> | ReturnType<typeof setImmediate>;

/** The timers of one instance: they end with it. */
export class InstanceTimers {
  readonly #live = new Set<Handle>();
  readonly #intervals = new Set<Handle>();
  readonly #enter: ConsolePorts["enter"];
  readonly #onIdle: (() => void)[] = [];
  #isEnded = false;

  constructor(enter: ConsolePorts["enter"]) {
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

  get size(): number {
    return this.#live.size;
  }

  end(): void {
    this.#isEnded = true;
    for (const handle of this.#live) this.#clear(handle);
  }

  /** Ends the intervals: what comes once still comes. */
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

  // An instance that has ended starts nothing: the timer is made, as the script expects, and never fires.
  #keep(handle: Handle): Handle {
    if (this.#isEnded) this.#clear(handle);
    else this.#live.add(handle);
    return handle;
  }
}

/** A `console` whose lines leave the host at once, so that they survive a crash. */
export function scriptConsole(log: ConsolePorts["log"]): Console {
  const consoleAt = (level: LogLevel): Console =>
    new Console({ stdout: lineSink((text) => log(level, text)) });
  const info = consoleAt("info");
  const bind = (level: LogLevel, method: "log" | "trace" | "assert"): unknown => {
    const target = consoleAt(level);
    return target[method].bind(target);
  };
  return Object.assign(info, {
    debug: bind("debug", "log"),
    warn: bind("warn", "log"),
    error: bind("error", "log"),
    trace: bind("debug", "trace"),
    assert: bind("error", "assert"),
  });
}

// Console wants a stream but only ever calls these; one call is one line, its end included.
function lineSink(line: (text: string) => void): NodeJS.WritableStream {
  const sink = {
    write: (text: string) => (line(text.endsWith("\n") ? text.slice(0, -1) : text), true),
    on: () => sink,
    once: () => sink,
    removeListener: () => sink,
    listenerCount: () => 0,
  };
  return sink as unknown as NodeJS.WritableStream;
}

/** The names that every script of a host shares; an instance's timers come beside them. */
export function sharedGlobals(): Record<string, unknown> {
  return { Date, Math, performance, crypto, fetch };
}

function checkCallback(call: string, callback: unknown): void {
  if (typeof callback === "function") return;
  throw new TypeError(`${call} takes a function, got ${callback === null ? "null" : typeof callback}`);
}
