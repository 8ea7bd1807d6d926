import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs } from "../support/require.ts";
import { startNats, startRedis, type ClusterServer } from "./support/cluster-servers.ts";
import { RealCluster, type RealNode } from "./support/real-cluster.ts";

const kinds = [
  { name: "redis", ...needs("redis-server"), start: startRedis },
  { name: "nats", ...needs("nats-server"), start: startNats },
];
const patience = { timeout: PATIENCE_MS, interval: 20 };

describe.each(kinds)("three server processes of one cluster by $name", ({ skip, start }) => {
  let engine: ClusterServer;
  let cluster: RealCluster;
  beforeAll(async () => {
    if (skip) return;
    engine = await start();
    cluster = new RealCluster(engine.url);
    await cluster.start(3);
  }, 2 * PATIENCE_MS);
  afterAll(async () => {
    await cluster?.stop();
    await engine?.stop();
  });

  test.skipIf(skip)(
    "know the same members, and lose those of a process that is killed, once",
    async () => {
      const [a, b, c] = cluster.nodes as [never, never, never] as typeof cluster.nodes & { length: 3 };
      for (const node of cluster.nodes) await node.fill(20);
      expect((await cluster.equal()).members).toBe(60);
      for (const node of cluster.nodes) await node.sample();
      await cluster.kill(c!);
      expect((await cluster.equal()).members).toBe(40);
      for (const node of [a!, b!]) {
        expect(await node.state()).toMatchObject({ least: 40, most: 60 });
        await expect.poll(() => node.drops, patience).toBe(1);
      }
    },
    4 * PATIENCE_MS,
  );

  test.skipIf(skip)(
    "are different nodes with the same folder and configuration, and one that is killed comes back at once as a new node",
    async () => {
      const [a, b] = cluster.nodes;
      expect(new Set([idOf(a!), idOf(b!)]).size).toBe(2);
      const before = (await cluster.equal()).members;
      await cluster.kill(b!);
      const [again] = await cluster.start(1);
      expect([idOf(a!), idOf(b!)]).not.toContain(idOf(again!));
      // It serves, and its members are known, while the lease of the killed one may still run.
      await again!.fill(5);
      expect((await cluster.equal()).members).toBe(before - b!.clients.length + 5);
      await expect.poll(() => a!.log, patience).toContain(`node ${idOf(b!)} has left`);
    },
    4 * PATIENCE_MS,
  );
});

/** The id under which a process has joined the cluster. */
function idOf({ log }: RealNode): string {
  return /joined as node (\w+)/.exec(log)?.[1] ?? "";
}
