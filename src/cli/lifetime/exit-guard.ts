// CLI: ends the process at a deadline, even if its event loop stands still.
import { Worker } from "node:worker_threads";

/** Kills this process after `ms`, unless it has ended before. */
export function armExitGuard(ms: number): void {
  const limits = { maxOldGenerationSizeMb: 4, maxYoungGenerationSizeMb: 1 };
  try {
    const guard = new Worker(GUARD, {
      eval: true,
      name: "exit-guard",
      workerData: ms,
      resourceLimits: limits,
    });
    guards.add(guard);
    guard.unref();
    // Without the guard the process still ends, if its event loop turns.
    guard.on("error", () => undefined);
  } catch {
    // No descriptors are left for a thread.
  }
}

const guards = new WeakSet<Worker>();

/** Whether a thread is a guard, which must not end before the process. */
export function isExitGuard(thread: Worker): boolean {
  return guards.has(thread);
}

const GUARD = `
  setTimeout(() => process.kill(process.pid, "SIGKILL"), require("node:worker_threads").workerData);
`;
