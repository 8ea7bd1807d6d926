import { loadsOf } from "../lib/load.js";
import { withServer } from "./with-server.js";

const VERIFIED_PER_CLIENT = 10;

/** From these shares of a core on, the figure tells of the generator and not of the server. */
const GENERATOR_BUSY = 0.9;
const SERVER_IDLE = 0.8;

function toMetrics({ deliveries, ...usage }) {
  const perSecond = deliveries / usage.seconds;
  const loads = loadsOf(usage);
  if (loads.serverLoad === undefined) return { perSecond, ...loads };
  return {
    perSecond,
    cpuMicros: (usage.serverCpu * 1e6) / deliveries,
    ...loads,
    generatorLimited: loads.generatorLoad > GENERATOR_BUSY && loads.serverLoad < SERVER_IDLE,
  };
}

async function saturate(peer, shape, { warmMs, measureMs }) {
  const result = await withServer(peer, {}, async (server, generator) => {
    await generator.connect(server, shape.route, shape.clients);
    return generator.request("flood", { ...shape, warmMs, measureMs });
  });
  if (result.missing !== 0) throw new Error(`${Math.abs(result.missing)} deliveries were lost or doubled`);
  return toMetrics(result);
}

async function check(peer, shape) {
  const { faults } = await withServer(peer, {}, async (server, generator) => {
    await generator.connect(server, shape.route, shape.verifyClients);
    return generator.request("verify", { ...shape, perSender: VERIFIED_PER_CLIENT });
  });
  if (faults > 0)
    throw new Error(`${faults} faults in a run of ${shape.verifyClients} clients that was read`);
}

const perSecond = { key: "perSecond", unit: "M/s", scale: 1e-6, digits: 2, ratio: "more" };
const cpu = { key: "cpuMicros", unit: "µs", title: "server CPU each", digits: 3 };
const server = { key: "serverLoad", unit: "cores", title: "server", digits: 2 };
const generator = { key: "generatorLoad", unit: "cores", title: "generator", digits: 2 };

function scenario({ name, title, rate, shape }) {
  return {
    name,
    title,
    columns: [rate, cpu, server, generator],
    subjects: (peers) => peers,
    check: (peer) => check(peer, shape),
    measure: (peer, options) => {
      const { window = shape.window, route = shape.route } = options;
      return saturate(peer, { ...shape, window, route }, options);
    },
  };
}

/** Saturated throughput: the same closed loop for everyone. */
export const floods = [
  scenario({
    name: "fanout",
    title: "Fan-out: 100 clients, every message of 20 B goes to all",
    rate: { ...perSecond, title: "deliveries" },
    shape: {
      route: "fanout",
      clients: 100,
      verifyClients: 100,
      publishers: 100,
      everyone: true,
      size: 20,
      window: 16,
    },
  }),
  scenario({
    name: "publish",
    title: "Fan-out: 1,000 members, one publisher of 100 B",
    rate: { ...perSecond, title: "deliveries" },
    shape: {
      route: "fanout",
      clients: 1000,
      verifyClients: 50,
      publishers: 1,
      everyone: true,
      size: 100,
      window: 64,
    },
  }),
  scenario({
    name: "echo",
    title: "Echo: 200 clients, one message of 20 B outstanding each",
    rate: { ...perSecond, title: "messages", unit: "k/s", scale: 1e-3, digits: 1 },
    shape: {
      route: "echo",
      clients: 200,
      verifyClients: 200,
      publishers: 200,
      everyone: false,
      size: 20,
      window: 1,
    },
  }),
];
