import { setTimeout as sleep } from "node:timers/promises";
import { sampleUsage, usageBetween } from "./usage.js";
import { waitForEveryone, waitUntil } from "./wait.js";

const QUIET_MS = 2000;
const DRAIN_LIMIT_MS = 60_000;

/**
 * The closed loop. Each publisher keeps at most `window` of its own messages in flight. It needs no parsing
 * to know how many came back: all publishers run at one pace, so of the messages it has received its share
 * are its own.
 */
function makePump(clients, { text, window, publishers }) {
  const frame = clients.frame(text);
  const burst = Buffer.concat(Array.from({ length: window }, () => frame));
  const bytesPerTurn = clients.deliveryLength(text) * publishers;
  return (connection) => {
    const due = window + Math.floor(connection.bytes / bytesPerTurn) - connection.sent;
    if (due <= 0) return;
    const count = Math.min(due, window);
    connection.sent += count;
    connection.write(burst.subarray(0, count * frame.length));
  };
}

function sample(clients) {
  return { bytes: clients.receivedBytes(), usage: sampleUsage(clients.serverPid) };
}

/** Lets what is in flight arrive; returns how many deliveries are missing, or too many. */
async function drain(clients, text, everyone) {
  const length = clients.deliveryLength(text);
  const receivers = everyone ? clients.connections.length : 1;
  const expected = clients.sentMessages() * receivers * length;
  const progress = { bytes: 0, at: performance.now() };
  const isOver = () => {
    const bytes = clients.receivedBytes();
    if (bytes !== progress.bytes) Object.assign(progress, { bytes, at: performance.now() });
    return bytes >= expected || performance.now() - progress.at > QUIET_MS;
  };
  await waitUntil(isOver, DRAIN_LIMIT_MS);
  // What should not come would come now.
  await sleep(20);
  const missing = expected - clients.receivedBytes();
  return missing < 0 && -missing < clients.controlBytes ? 0 : missing / length;
}

/**
 * Saturates the server. `everyone` says that a message goes to all connections; otherwise to its sender.
 * The result is in deliveries (messages received by clients), CPU in seconds over the measured time.
 */
export async function flood(clients, { size, window, publishers, everyone, warmMs, measureMs }) {
  const text = "x".repeat(size);
  if (everyone) await waitForEveryone(clients, text);
  const length = clients.deliveryLength(text);
  for (const connection of clients.connections) connection.beginCounting(length);
  const senders = clients.connections.slice(0, publishers);
  const pump = makePump(clients, { text, window, publishers: everyone ? publishers : 1 });
  for (const sender of senders) sender.onBytes = pump;
  for (const sender of senders) pump(sender);
  await sleep(warmMs);
  const before = sample(clients);
  await sleep(measureMs);
  const after = sample(clients);
  for (const sender of senders) sender.onBytes = () => {};
  const missing = await drain(clients, text, everyone);
  clients.assertAlive();
  return {
    ...usageBetween(before.usage, after.usage),
    deliveries: (after.bytes - before.bytes) / length,
    missing,
  };
}
