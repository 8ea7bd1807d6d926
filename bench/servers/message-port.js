/**
 * No server: the bare round trip of a message to a worker thread and back, on the schedule that the latency
 * scenario uses. It is the unit in which the cost of a script's thread is told.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { Recorder, sendOnSchedule } from "../load/schedule.js";

async function measure(worker, { size, rate, warmMs, measureMs }) {
  const text = "x".repeat(size);
  const recorder = new Recorder();
  const starts = [];
  worker.removeAllListeners("message");
  worker.on("message", () => recorder.add(starts.shift(), performance.now()));
  const send = () => {
    starts.push(performance.now());
    worker.postMessage(text);
  };
  await sendOnSchedule({ rate, durationMs: warmMs }, send);
  await sleep(20);
  recorder.reset();
  await sendOnSchedule({ rate, durationMs: measureMs }, send);
  await sleep(50);
  return recorder.summary();
}

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  process.on("message", async (options) => process.send(await measure(worker, options)));
  process.on("disconnect", () => process.exit(0));
} else {
  parentPort.on("message", (text) => parentPort.postMessage(text));
}
