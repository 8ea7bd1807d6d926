import type { Clock, Loop, Timer } from "../core/ports.ts";

/** The machine's time. */
export const realClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  after(delay, action): Timer {
    const timer = setTimeout(action, delay);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** This thread's event loop. */
export const realLoop: Loop = {
  atTurnEnd: (action) => void setImmediate(action),
  // The next-tick queue is emptied after the microtasks, and a microtask comes after those that wait already.
  afterMicrotasks: (action) => queueMicrotask(() => process.nextTick(action)),
};
