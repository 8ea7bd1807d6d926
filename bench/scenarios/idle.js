import { setTimeout as sleep } from "node:timers/promises";
import { withServer } from "./with-server.js";

const WARM_CLIENTS = 200;
const SETTLE_MS = 500;

/** Collects until it makes no difference: a page that was freed late belongs to neither side. */
async function settled(server) {
  let last = await server.collect();
  for (let turn = 0; turn < 5; turn += 1) {
    await sleep(SETTLE_MS);
    const next = await server.collect();
    if (Math.abs(next.rss - last.rss) < 256 * 1024) return next;
    last = next;
  }
  return last;
}

/**
 * What is made once (threads, rooms, compiled code) comes before the first sample: 200 connections are
 * opened, used and closed but for one, which keeps room and thread in being.
 */
async function bytesPerConnection(peer, { idleConnections, route = "idle", pings = false }) {
  return withServer(peer, { collectable: true }, async (server, generator) => {
    await generator.connect(server, route, WARM_CLIENTS);
    await generator.request("verify", { size: 20, perSender: 1, everyone: false });
    await generator.request("keepOne");
    const before = await settled(server);
    if (before.rss === null) throw new Error("there is no /proc to read resident memory from");
    await generator.request("connect", { count: idleConnections });
    if (pings) await generator.request("ping");
    const after = await settled(server);
    await generator.request("alive");
    return {
      resident: (after.rss - before.rss) / idleConnections,
      heap: (after.heap - before.heap) / idleConnections,
    };
  });
}

export const idle = {
  name: "idle",
  title: "Memory per idle connection",
  columns: [
    { key: "resident", unit: "B", title: "resident", digits: 0, ratio: "less" },
    { key: "heap", unit: "B", title: "JavaScript heap", digits: 0 },
  ],
  subjects: (peers) => peers,
  measure: bytesPerConnection,
};
