// Host: ends a process host when the server that started it has gone.
import { Worker } from "node:worker_threads";

/** Soon, whatever the process is doing. */
export function endWithServer(): void {
  const server = process.ppid;
  setTimeout(() => {
    const limits = { maxOldGenerationSizeMb: 4, maxYoungGenerationSizeMb: 1 };
    const worker = new Worker(watch(server), { eval: true, name: "orphan-watch", resourceLimits: limits });
    worker.unref();
    // Without the watch the process still ends when its channel closes.
    worker.on("error", () => undefined);
  }, START_AFTER).unref();
}

/** The first second of a process belongs to its scripts, not to the start of a thread, ms. */
const START_AFTER = 1000;
const LOOK_EVERY = 1000;

// On its own thread: an endless loop in a script reads no message, not even the closing of the channel.
const watch = (server: number): string => `
  require("node:worker_threads").parentPort.unref();
  setInterval(() => {
    if (process.ppid !== ${server}) process.kill(process.pid, "SIGKILL");
  }, ${LOOK_EVERY});
`;
