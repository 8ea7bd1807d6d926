import { setTimeout as sleep } from "node:timers/promises";

const PROBES = 50;
const PROBE_LIMIT_MS = 200;

/** Polls until `condition` holds; says whether it did within `limitMs`. */
export async function waitUntil(condition, limitMs) {
  const end = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > end) return false;
    await sleep(5);
  }
  return true;
}

/**
 * Waits until every connection hears a message of the first one: a server may answer 101 before it has let
 * the session into the room.
 */
export async function waitForEveryone(clients, text) {
  const frame = clients.frame(text);
  const length = clients.deliveryLength(text);
  for (let probe = 0; probe < PROBES; probe += 1) {
    for (const connection of clients.connections) connection.beginCounting(length);
    clients.connections[0].write(frame);
    const everyone = () => clients.connections.every((connection) => connection.bytes === length);
    if (await waitUntil(everyone, PROBE_LIMIT_MS)) return;
  }
  throw new Error("Not every connection heard the probe: the room is not complete");
}
