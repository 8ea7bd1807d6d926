import { setTimeout as sleep } from "node:timers/promises";
import { waitUntil } from "./wait.js";
import { sampleUsage, usageBetween } from "./usage.js";
import { Recorder, sendOnSchedule } from "./schedule.js";

/**
 * Round trips at a low, fixed rate, spread over the connections in turn. Replies come in the order of the
 * requests, so the bytes received say which request was answered.
 */
export async function latency(clients, { size, rate, warmMs, measureMs }) {
  const text = "x".repeat(size);
  const frame = clients.frame(text);
  const length = clients.deliveryLength(text);
  const recorder = new Recorder();
  const waiting = new Map(clients.connections.map((connection) => [connection, []]));
  for (const connection of clients.connections) {
    connection.beginCounting();
    connection.onBytes = () => {
      const now = performance.now();
      for (; connection.bytes >= length; connection.bytes -= length)
        recorder.add(waiting.get(connection).shift(), now);
    };
  }
  const send = (turn) => {
    const connection = clients.connections[turn % clients.connections.length];
    waiting.get(connection).push(performance.now());
    connection.write(frame);
  };
  await sendOnSchedule({ rate, durationMs: warmMs }, send);
  await sleep(20);
  recorder.reset();
  const before = sampleUsage(clients.serverPid);
  await sendOnSchedule({ rate, durationMs: measureMs }, send);
  await waitUntil(() => [...waiting.values()].every((queue) => queue.length === 0), 2000);
  clients.assertAlive();
  return { ...recorder.summary(), usage: usageBetween(before, sampleUsage(clients.serverPid)) };
}
