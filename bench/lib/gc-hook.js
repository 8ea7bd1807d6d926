/**
 * Preloaded into Node servers by the memory scenario: SIGWINCH collects garbage in the main thread and in
 * every worker, then prints the heap that is left. Workers are preloaded too and hear of it by broadcast.
 * (No server minds this signal; SIGUSR2 is taken by some as the order to restart.)
 */
import { isMainThread } from "node:worker_threads";

const ANSWER_MS = 500;
const channel = new BroadcastChannel("parlor-bench-gc");
channel.unref();

function collect() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

function collectEverywhere() {
  let heapUsed = collect();
  channel.onmessage = ({ data }) => {
    if (data.heapUsed) heapUsed += data.heapUsed;
  };
  channel.postMessage({ collect: true });
  setTimeout(() => process.stdout.write(`bench-gc ${heapUsed}\n`), ANSWER_MS);
}

if (isMainThread) {
  process.on("SIGWINCH", collectEverywhere);
} else {
  channel.onmessage = ({ data }) => {
    if (data.collect) channel.postMessage({ heapUsed: collect() });
  };
}
