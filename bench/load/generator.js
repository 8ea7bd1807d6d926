/**
 * The load generator: a process of its own that is told what to do over the IPC channel, one request at a
 * time, and holds the connections in between.
 */
import { Clients } from "./clients.js";
import { firstAccepted } from "./first-accepted.js";
import { flood } from "./flood.js";
import { latency } from "./latency.js";
import { ticks } from "./ticks.js";
import { verify } from "./verify.js";

let clients = null;

const methods = {
  target: async (target) => {
    clients?.close();
    clients = new Clients(target);
  },
  connect: ({ count }) => clients.connect(count),
  close: async () => clients?.close(),
  keepOne: () => clients.keepOne(),
  ping: () => clients.ping(),
  alive: async () => clients.assertAlive(),
  flood: (options) => flood(clients, options),
  latency: (options) => latency(clients, options),
  ticks: (options) => ticks(clients, options),
  verify: (options) => verify(clients, options),
  firstAccepted,
};

process.on("message", async ({ method, options }) => {
  try {
    process.send({ value: await methods[method](options) });
  } catch (error) {
    process.send({ error: error.message });
  }
});
process.on("disconnect", () => process.exit(0));
