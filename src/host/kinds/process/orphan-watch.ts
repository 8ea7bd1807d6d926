import { Worker } from "node:worker_threads";

/** A process that has just begun has better things to do than to start a thread, ms. */
const BEGIN_AFTER = 1000;
const LOOK_EVERY = 1000;

// It looks on from a thread of its own: a script that loops for ever reads no message, not even that of the server's end.
const watch = (server: number): string => `
  require("node:worker_threads").parentPort.unref();
  setInterval(() => {
    if (process.ppid !== ${server}) process.kill(process.pid, "SIGKILL");
  }, ${LOOK_EVERY});
`;

/** Ends this process soon after the one that started it has gone, whatever it is doing. */
export function endWithServer(): void {
  const server = process.ppid;
  setTimeout(() => {
    const limits = { maxOldGenerationSizeMb: 4, maxYoungGenerationSizeMb: 1 };
    const worker = new Worker(watch(server), { eval: true, name: "orphan-watch", resourceLimits: limits });
    worker.unref();
    // Without it the process lives as it did before there was one.
    worker.on("error", () => undefined);
  }, BEGIN_AFTER).unref();
}
