import { createClient } from "@redis/client";
import type { EngineFault } from "../real-faults.suite.ts";
import type { ClusterServer } from "./cluster-servers.ts";
import { pause } from "./pause.ts";
import { TIMING } from "./real-cluster.ts";

/** Sends commands to a Redis. */
export async function sendRedis(url: string, ...commands: readonly string[]): Promise<void> {
  const client = createClient({ url });
  client.on("error", () => undefined);
  await client.connect();
  for (const command of commands) await client.sendCommand(command.split(" "));
  client.destroy();
}

function fault(name: string, ...commands: readonly string[]): EngineFault {
  return { name, run: async ({ url }: ClusterServer) => sendRedis(url, ...commands) };
}

/** What only Redis can do to its clients. */
export const redisFaults: readonly EngineFault[] = [
  fault("CLIENT KILL TYPE pubsub", "CLIENT KILL TYPE pubsub"),
  fault("CLIENT KILL TYPE normal", "CLIENT KILL TYPE normal SKIPME yes"),
  fault("CLIENT KILL of both", "CLIENT KILL TYPE pubsub", "CLIENT KILL TYPE normal SKIPME yes"),
  fault("FLUSHALL", "FLUSHALL"),
  fault("SCRIPT FLUSH", "SCRIPT FLUSH"),
  {
    name: "CLIENT PAUSE of two leases",
    async run({ url }) {
      await sendRedis(url, `CLIENT PAUSE ${2 * TIMING.lease} ALL`);
      await pause(2 * TIMING.lease);
    },
  },
];
