// Base: the clock of the machine and the event loop of this thread.
import type { Clock, Loop, Timer } from "./boundary/clock.ts";

/** From this thread's time to that of the machine, which is the same on every thread and in every process, ms. */
const MONOTONIC = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** The clock of the machine. */
export const realClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now() + MONOTONIC,
  after(delay, action): Timer {
    const timer = setTimeout(action, delay);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

// Taken before any script runs: a script or package may replace them.
const [immediate, microtask, nextTick] = [setImmediate, queueMicrotask, process.nextTick.bind(process)];

/** This thread's event loop. */
export const realLoop: Loop = {
  atTurnEnd: (action) => void immediate(action),
  // The next-tick queue is emptied after the microtasks, and a microtask comes after those that wait already.
  afterMicrotasks: (action) => microtask(() => nextTick(action)),
};
