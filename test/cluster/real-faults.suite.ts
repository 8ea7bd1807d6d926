import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATIENCE_MS } from "../support/patience.ts";
import type { FaultKind } from "./faults.suite.ts";
import type { ClusterServer } from "./support/cluster-servers.ts";
import { pause } from "./support/pause.ts";
import { RealCluster, TIMING, type RealNode } from "./support/real-cluster.ts";
import { Stream } from "./support/stream.ts";

export interface RealFaultKind extends FaultKind {
  /** More faults, which only this kind of engine knows. Each returns when it is over. */
  readonly faults: readonly EngineFault[];
}

export interface EngineFault {
  readonly name: string;
  run(engine: ClusterServer): Promise<void>;
}

/** The sessions of each node. */
const EACH = 20;
const patience = { timeout: 2 * PATIENCE_MS, interval: 20 };

/** What three real server processes must stand. */
export function realFaultSuite({ name, skip, start, faults }: RealFaultKind): void {
  describe.skipIf(skip)(`three server processes by ${name}`, () => {
    let engine: ClusterServer;
    let cluster: RealCluster;
    const nodes = (): [RealNode, RealNode, RealNode] => cluster.nodes as [RealNode, RealNode, RealNode];

    beforeAll(async () => {
      engine = await start();
      cluster = new RealCluster(engine.url);
      await cluster.start(3);
      for (const node of cluster.nodes) await node.fill(EACH);
    }, 4 * PATIENCE_MS);
    afterAll(async () => {
      await cluster.stop();
      await engine.stop();
    });

    /** Runs a fault while messages are sent: afterwards all is equal, and each message was got or is counted. */
    const countedBy = async (to: readonly RealNode[], fault: () => Promise<void>): Promise<void> => {
      await cluster.equal();
      const stream = await Stream.open(to);
      await stream.start();
      await fault();
      await cluster.equal();
      await stream.isUnderWay();
      await stream.stop();
      await stream.isComplete();
      stream.close();
      expect(cluster.nodes.map((node) => node.connected)).toEqual([EACH, EACH, EACH]);
    };

    /** Besides, no node has dropped another one, or seen a count that was not true. */
    const unharmedBy = async (fault: () => Promise<void>): Promise<void> => {
      const drops = cluster.nodes.map((node) => node.drops);
      for (const node of cluster.nodes) await node.sample();
      await countedBy(nodes(), fault);
      for (const node of cluster.nodes)
        expect(await node.state()).toMatchObject({ least: 3 * EACH, most: 3 * EACH });
      expect(cluster.nodes.map((node) => node.drops)).toEqual(drops);
    };
    const states = async (): Promise<string[]> =>
      Promise.all(cluster.nodes.map(async (node) => (await node.state()).cluster.state));

    test.each([0.74, 2.5])("nodes stand an engine that stands still for %d leases", async (leases) => {
      await unharmedBy(async () => {
        engine.process.kill("SIGSTOP");
        await pause(leases * TIMING.lease);
        engine.process.kill("SIGCONT");
      });
    });

    test("nodes stand an engine that is killed and comes back empty after three leases", async () => {
      await unharmedBy(async () => {
        await engine.kill();
        await expect.poll(states, patience).toEqual(["isolated", "isolated", "isolated"]);
        await pause(3 * TIMING.lease);
        await engine.restart();
      });
    });

    test.each(faults)("nodes stand $name", async ({ run }) => {
      await unharmedBy(async () => run(engine));
    });

    test.each([2, 3])(
      "a node that stands still is dropped once, and counts what it missed of %d",
      async (of) => {
        const [a, b, c] = nodes();
        const drops = a.drops + b.drops;
        for (const node of nodes()) await node.sample();
        await countedBy(of === 2 ? [a, c] : [a, b, c], async () => {
          c.signal("SIGSTOP");
          for (const node of [a, b])
            await expect.poll(async () => (await node.state()).members, patience).toBe(2 * EACH);
          await pause(TIMING.lease);
          c.signal("SIGCONT");
        });
        expect(a.drops + b.drops).toBe(drops + 2);
        expect(await c.state()).toMatchObject({ least: 3 * EACH, most: 3 * EACH });
      },
    );

    test("a sender that stands still for two leases sends on where it was", async () => {
      const [a, b] = nodes();
      await countedBy(nodes(), async () => {
        a.signal("SIGSTOP");
        await expect.poll(async () => (await b.state()).cluster.nodes, patience).toBe(2);
        await pause(TIMING.lease);
        a.signal("SIGCONT");
      });
    });
  });
}
