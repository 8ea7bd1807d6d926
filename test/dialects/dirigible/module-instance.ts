import type { Instance } from "../../../src/host/api/dialect.ts";

export interface Timer {
  readonly callback: () => unknown;
  isCleared: boolean;
}

/** The names that a module gets from its host: a console that prints to `lines`, timers that a test fires. */
export function moduleInstance(lines: string[], timers: Timer[]): Instance {
  const own: Timer[] = [];
  const print =
    (level: string) =>
    (...args: unknown[]) =>
      void lines.push([level, ...args.map(String)].join(" "));
  const console = Object.fromEntries(LEVELS.map((level) => [level, print(level)]));
  const setTimeout = (callback: () => unknown): Timer => {
    const timer = { callback, isCleared: false };
    own.push(timer);
    timers.push(timer);
    return timer;
  };
  return {
    exports: { console, setTimeout },
    end: () => own.forEach((timer) => (timer.isCleared = true)),
    idle: async () => {
      while (own.some((timer) => timers.includes(timer))) await new Promise(setImmediate);
    },
  };
}

const LEVELS = ["log", "info", "warn", "error", "debug", "trace"];
