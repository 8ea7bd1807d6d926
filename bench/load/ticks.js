import { setTimeout as sleep } from "node:timers/promises";
import { TICK_TEXT } from "../lib/tick-meter.js";
import { sampleUsage, usageBetween } from "./usage.js";
import { waitUntil } from "./wait.js";

const LIMIT_MS = 10_000;

/**
 * Listens to what a server broadcasts at each tick. One connection says when to begin and asks for the report, all others
 * only receive; each of them must get every tick once.
 */
export async function ticks(clients, { warmMs, measureMs }) {
  const [control, ...others] = clients.connections;
  const say = (text) => control.write(clients.frame(text));
  let report = null;
  control.onText = (text) => {
    if (text.startsWith("{")) report = JSON.parse(text);
  };
  control.beginReading();
  for (const connection of others) connection.beginCounting();
  say("begin");
  await sleep(warmMs);
  const before = sampleUsage(clients.serverPid);
  say("measure");
  await sleep(measureMs);
  const usage = usageBetween(before, sampleUsage(clients.serverPid));
  say("report");
  if (!(await waitUntil(() => report !== null, LIMIT_MS)))
    throw new Error("The server did not report its ticks");
  const due = report.broadcasts * clients.deliveryLength(TICK_TEXT);
  await waitUntil(() => others.every(({ bytes }) => bytes >= due), LIMIT_MS);
  clients.assertAlive();
  return { ...report, faults: others.filter(({ bytes }) => bytes !== due).length, usage };
}
