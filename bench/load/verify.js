import { waitForEveryone, waitUntil } from "./wait.js";

const LIMIT_MS = 10_000;

function label(sender, number, size) {
  return `${sender}:${number}:`.padEnd(size, ".");
}

/** Every receiver must have each message once, and those of one sender in order. */
function faultsOf(texts, senders, perSender) {
  const next = new Map();
  let faults = Math.abs(texts.length - senders.length * perSender);
  for (const text of texts) {
    const [sender, number] = text.split(":").map(Number);
    if (number !== (next.get(sender) ?? 0)) faults += 1;
    next.set(sender, number + 1);
  }
  return faults + senders.filter((sender) => next.get(sender) !== perSender).length;
}

/** A small run with numbered messages whose content is read; `faults` is 0 when all came, once and in order. */
export async function verify(clients, { size, perSender, everyone }) {
  if (everyone) await waitForEveryone(clients, "x".repeat(size));
  const { connections } = clients;
  const received = connections.map(() => []);
  for (const [index, connection] of connections.entries()) {
    connection.onText = (text) => received[index].push(text);
    connection.beginReading();
  }
  for (let number = 0; number < perSender; number += 1) {
    for (const [index, connection] of connections.entries()) {
      connection.write(clients.frame(label(index, number, size)));
    }
  }
  const expected = perSender * (everyone ? connections.length : 1);
  await waitUntil(() => received.every((texts) => texts.length >= expected), LIMIT_MS);
  const all = connections.map((_, index) => index);
  const faults = received.map((texts, index) => faultsOf(texts, everyone ? all : [index], perSender));
  return { deliveries: expected * connections.length, faults: faults.reduce((sum, count) => sum + count, 0) };
}
