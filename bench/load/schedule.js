import { percentile } from "../lib/stats.js";

/** Collects round trips. */
export class Recorder {
  #samples = [];

  add(start, end) {
    this.#samples.push(end - start);
  }

  reset() {
    this.#samples = [];
  }

  /** In milliseconds. */
  summary() {
    return {
      count: this.#samples.length,
      p50: percentile(this.#samples, 0.5),
      p99: percentile(this.#samples, 0.99),
    };
  }
}

/**
 * Calls `send(turn)` on an absolute schedule, so that a late timer does not lower the rate. The process
 * sleeps in between: on two cores a generator that spins would take one from the server.
 */
export function sendOnSchedule({ rate, durationMs }, send) {
  const period = 1000 / rate;
  const total = Math.floor(durationMs / period);
  const start = performance.now();
  return new Promise((resolve) => {
    let turn = 0;
    const step = () => {
      for (; turn < total && start + turn * period <= performance.now(); turn += 1) send(turn);
      if (turn >= total) resolve();
      else setTimeout(step, Math.max(1, start + turn * period - performance.now()));
    };
    step();
  });
}
