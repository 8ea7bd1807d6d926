import { expect, onTestFinished, test } from "vitest";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs } from "../support/require.ts";
import { startNats } from "./support/cluster-servers.ts";
import { RealCluster } from "./support/real-cluster.ts";

const nats = needs("nats-server");
const patience = { timeout: 4 * PATIENCE_MS, interval: 50 };

test.skipIf(nats.skip)(
  "the fronts of one server and another server are nodes of one cluster by NATS",
  async () => {
    const engine = await startNats();
    onTestFinished(async () => engine.stop());
    const cluster = new RealCluster(engine.url);
    onTestFinished(async () => cluster.stop());
    const [fronts] = await cluster.start(1, { args: ["--fronts", "2"] });
    const [single] = await cluster.start(1);
    // Connections are handed out in turn, so these replies come from both fronts.
    const states = async (): Promise<string[]> => {
      const replies = await Promise.all(
        [fronts, fronts, fronts, fronts, single].map(async (node) => node!.state()),
      );
      return [...new Set(replies.map((state) => `${state.digest} ${state.members} ${state.cluster.nodes}`))];
    };
    await expect.poll(states, patience).toEqual([expect.stringMatching(/ 0 3$/)]);
    const [own] = await single!.fill(1);
    const others = await fronts!.fill(4);
    await expect.poll(states, patience).toEqual([expect.stringMatching(/ 5 3$/)]);
    own!.send("say all hello");
    for (const client of [own!, ...others]) expect(await client.next()).toMatch(/hello/);
    others[0]!.send("say all back");
    for (const client of [own!, ...others]) expect(await client.next()).toMatch(/back/);
  },
  8 * PATIENCE_MS,
);
