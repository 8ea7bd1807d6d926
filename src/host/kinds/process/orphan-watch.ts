// Host: ends a process host when the server that started it has gone.
import { Worker } from "node:worker_threads";

/** Whatever the process is doing: call it before a script runs, which may loop from its first event on. */
export function endWithServer(): void {
  const limits = { maxOldGenerationSizeMb: 4, maxYoungGenerationSizeMb: 1 };
  const options = { eval: true, name: "orphan-watch", resourceLimits: limits };
  const worker = new Worker(watch(process.ppid), options);
  worker.unref();
  // Without the watch the process still ends when its channel closes.
  worker.on("error", () => undefined);
}

const LOOK_EVERY = 1000;

// On its own thread: an endless loop in a script reads no message, not even the closing of the channel.
const watch = (server: number): string => `
  require("node:worker_threads").parentPort.unref();
  setInterval(() => {
    if (process.ppid !== ${server}) process.kill(process.pid, "SIGKILL");
  }, ${LOOK_EVERY});
`;
