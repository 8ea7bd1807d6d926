// Rows of the benchmark about the directory: how fast nodes learn of each other's sessions.
import { setTimeout as sleep } from "node:timers/promises";
import { processCpuSeconds } from "../lib/proc.js";
import { counted, members, momentOf, now, sendAll, startNode, stateOf, until } from "./nodes.js";

const LEASE_MS = 3000;
const JOIN_ROUNDS = 7;

/** Three nodes, in which sessions join, a node is added, the engine ends, and a node is killed. */
export async function directoryRows(engine, { each }) {
  const [a, b, c] = await Promise.all([1, 2, 3].map(async () => startNode(engine.url)));
  const rows = [];
  try {
    rows.push(await joins([a, b, c]));
    const filled = [await members(a, each - 1000), await members(b, each)];
    for (const clients of filled) sendAll(clients, "join");
    await counted([a, b, c], 2 * each);
    rows.push(await read(c), await newcomer(engine, 2 * each), await restart(engine, [a, b, c], 2 * each));
    rows.push(await killed([a, b, c], each));
    for (const clients of filled) clients.close();
  } finally {
    await Promise.all([a, b, c].map(async (node) => node.stop()));
  }
  return rows;
}

/** The best of several rounds: all clients are in one process, which shares the cores with the nodes. */
async function joins(nodes) {
  const clients = await members(nodes[0], 1000);
  const rounds = [];
  const before = nodes.map(cpuOf);
  for (let round = 0; round < JOIN_ROUNDS; round += 1) {
    rounds.push(await joinOnce(clients, nodes));
    if (round === JOIN_ROUNDS - 1) break;
    sendAll(clients, "leave");
    await counted(nodes, 0);
  }
  const [a, ...others] = nodes.map((node, at) => Math.round((cpuOf(node) - before[at]) / JOIN_ROUNDS));
  const { all, own } = rounds.sort((one, other) => one.all - other.all)[0];
  const cpu = `processor time of a round with its leaves: A ${a} ms, ${others.join(" and ")} ms`;
  const text = `${all} ms, ${all - own} ms after A itself; best of ${JOIN_ROUNDS}; ${cpu}`;
  return ["1,000 joins on A seen by B and C", "≤ 50 ms", text];
}

async function joinOnce(clients, nodes) {
  for (const node of nodes) await stateOf(node, "?reset");
  const start = now();
  sendAll(clients, "join");
  await counted(nodes, 1000);
  const [own, ...others] = await Promise.all(nodes.map(async (node) => momentOf(node, 1000)));
  return { all: Math.max(...others) - start, own: own - start };
}

async function read(node) {
  await stateOf(node, "?calls=1000000");
  const { nanoseconds } = await stateOf(node, "?calls=5000000");
  return ["`members()` on a replica", "≤ 0.2 µs", `${(nanoseconds / 1000).toFixed(3)} µs`];
}

async function newcomer(engine, all) {
  const node = await startNode(engine.url);
  const [listening, before] = [now(), cpuOf(node)];
  await counted([node], all);
  const complete = await momentOf(node, all);
  const cpu = Math.round(cpuOf(node) - before);
  const spawned = Math.round(complete - node.startedAt);
  await node.stop();
  const after = Math.max(0, complete - listening);
  return [
    `a new node has all of ${all.toLocaleString("en")} sessions`,
    "≤ 1 s",
    `${after} ms after it listens (processor time: ${cpu} ms), ${spawned} ms after its spawn`,
  ];
}

/** What a node has computed, in ms: on a machine that others use, too, it says more than the time that has passed. */
function cpuOf({ pid }) {
  return 1000 * (processCpuSeconds(pid) ?? Number.NaN);
}

async function restart(engine, nodes, all) {
  await counted(nodes, all);
  for (const node of nodes) await stateOf(node, "?reset");
  await engine.kill();
  await sleep(4000);
  const away = await Promise.all(nodes.map(async (node) => stateOf(node)));
  await engine.start();
  const start = now();
  await counted(nodes, all);
  const equal = now() - start;
  const after = await Promise.all(nodes.map(async (node) => stateOf(node)));
  const isSame = [...away, ...after].every((state) => state.changes.length === 0 && state.members === all);
  return [
    "engine killed, 4 s down, back empty: reads meanwhile; equal after",
    "unchanged; ≤ 3 s",
    `${isSame ? "unchanged" : "CHANGED"}; ${(equal / 1000).toFixed(2)} s`,
  ];
}

async function killed([a, b, c], each) {
  // After the engine was away, no node is dropped for two leases.
  await sleep(2 * LEASE_MS);
  for (const node of [a, c]) await stateOf(node, "?reset");
  const start = now();
  process.kill(b.pid, "SIGKILL");
  await until(async () => (await stateOf(a)).members === each && (await stateOf(c)).members === each);
  const moments = await Promise.all([a, c].map(async (node) => momentOf(node, each)));
  const nodes = await Promise.all([a, c].map(async (node) => stateOf(node)));
  const once = nodes.every(({ changes }) =>
    changes.every(([, count], at) => at === 0 || count < changes[at - 1][1]),
  );
  return [
    `kill -9 of a node with ${each.toLocaleString("en")} members: gone elsewhere`,
    `≤ ${LEASE_MS / 1000 + 1} s, once`,
    `${((Math.max(...moments) - start) / 1000).toFixed(2)} s, ${once ? "once" : "NOT once"}`,
  ];
}
