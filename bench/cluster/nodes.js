// The server processes of the benchmark, and what they know of each other.
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { paths } from "../lib/paths.js";
import { ServerProcess } from "../lib/server-process.js";
import { Clients } from "../load/clients.js";

const app = fileURLToPath(new URL("app", import.meta.url));
const LIMIT_MS = 120_000;

/** A `parlor serve` in the cluster of a Redis. */
export async function startNode(url, dir = app) {
  const options = ["--cluster", url];
  const command = ({ port }) => [
    process.execPath,
    paths.cli,
    "serve",
    dir,
    "--port",
    String(port),
    ...options,
  ];
  return ServerProcess.start({ protocol: "raw", command });
}

/** A Socket.IO server with the Redis adapter. */
export async function startSocketIo(url) {
  const command = () => [process.execPath, paths.server("socket-io-redis"), url];
  return ServerProcess.start({ protocol: "socketIo", command });
}

export async function stateOf({ port }, query = "") {
  return (await fetch(`http://127.0.0.1:${port}/state${query}`)).json();
}

/** Connects members to a node. */
export async function members(node, count, route = "node") {
  const clients = new Clients({
    ...node,
    port: node.port,
    protocol: node.protocol,
    route,
    serverPid: node.pid,
  });
  await clients.connect(count);
  return clients;
}

export function sendAll(clients, text) {
  const frame = clients.frame(text);
  for (const connection of clients.connections) connection.write(frame);
}

/** Resolves when all nodes count so many members. */
export async function counted(nodes, count) {
  await until(async () => {
    const states = await Promise.all(nodes.map(async (node) => stateOf(node)));
    return states.every(({ members: known, cluster }) => known === count && cluster.state === "up");
  });
}

export async function until(isSo) {
  const end = performance.now() + LIMIT_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error("the nodes do not agree within two minutes");
    await sleep(20);
  }
}

/** When a node first counted so many members, by the wall clock. */
export async function momentOf(node, count) {
  let found;
  await until(async () => {
    const { changes } = await stateOf(node);
    found = changes.find(([, known]) => known === count);
    return found !== undefined;
  });
  return found[0];
}

/** The wall clock, in ms, as the nodes read it. */
export function now() {
  return Date.now();
}
