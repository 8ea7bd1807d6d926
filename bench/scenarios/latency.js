import { fork } from "node:child_process";
import { once } from "node:events";
import { loadsOf } from "../lib/load.js";
import { paths } from "../lib/paths.js";
import { withServer } from "./with-server.js";

const CLIENTS = 10;
const SIZE = 20;
const RATES = [50, 1000];

/** The name under which the bare MessagePort round trip stands among the peers. */
const PORT_NAME = "message-port";

async function measureEach(request) {
  const metrics = { disturbed: false };
  for (const rate of RATES) {
    const { p50, p99, usage } = await request(rate);
    metrics[`p50at${rate}`] = p50 * 1000;
    metrics[`p99at${rate}`] = p99 * 1000;
    metrics.disturbed ||= usage !== undefined && loadsOf(usage).disturbed === true;
  }
  return metrics;
}

function plan(rate, { warmMs, measureMs }) {
  // At 50/s a short run would have too few samples for a p99.
  return { size: SIZE, rate, warmMs, measureMs: rate < 100 ? measureMs * 2 : measureMs };
}

function overSocket(peer, options) {
  return withServer(peer, {}, async (server, generator) => {
    await generator.connect(server, "echo", CLIENTS);
    return measureEach((rate) => generator.request("latency", plan(rate, options)));
  });
}

async function overMessagePort(options) {
  const child = fork(paths.server(PORT_NAME), { execArgv: [] });
  try {
    return await measureEach(async (rate) => {
      child.send(plan(rate, options));
      const [summary] = await once(child, "message", { signal: AbortSignal.timeout(60_000) });
      return summary;
    });
  } finally {
    child.kill("SIGKILL");
  }
}

export const latency = {
  name: "latency",
  title: "Round trip of 20 B at a low rate over 10 connections",
  columns: RATES.flatMap((rate) => [
    {
      key: `p50at${rate}`,
      unit: "µs",
      title: `p50 at ${rate}/s`,
      digits: 0,
      ...(rate === 50 ? { ratio: "less" } : {}),
    },
    { key: `p99at${rate}`, unit: "µs", title: `p99 at ${rate}/s`, digits: 0 },
  ]),
  subjects: (peers) => [...peers, { name: PORT_NAME }],
  measure: (peer, options) =>
    peer.name === PORT_NAME ? overMessagePort(options) : overSocket(peer, options),
};
