import { afterAll, expect, test } from "vitest";
import { openBackplane } from "../../src/cluster/open-backplane.ts";
import { realClock } from "../../src/real-clock.ts";
import { needs } from "../support/require.ts";
import { backplaneSuite } from "./backplane.suite.ts";
import { startNats } from "./support/cluster-servers.ts";
import { TestNode } from "./support/test-node.ts";

const { skip } = needs("nats-server");
const server = skip ? null : await startNats();
afterAll(async () => server?.stop());

backplaneSuite({
  name: "nats",
  skip,
  make: async ({ lease }) =>
    openBackplane({ url: server!.url, prefix: "test", lease, clock: realClock, dir: null }),
});

const TIMING = { heartbeat: 100, lease: 5000 };

test.skipIf(skip)(
  "a room whose name no frame has room for is left out and counted, and nothing else is",
  async () => {
    const make = async (): Promise<TestNode> => {
      const backplane = await openBackplane({
        url: server!.url,
        prefix: "long",
        lease: 5000,
        clock: realClock,
        dir: null,
      });
      const node = new TestNode(backplane, TIMING);
      await node.cluster.join();
      return node;
    };
    const [a, b] = [await make(), await make()];
    a.connect("s1");
    a.join("s1", "lobby");
    a.join("s1", "r".repeat(1_048_000));
    a.connect("s2");
    a.join("s2", "lobby");
    await expect.poll(() => b.digest(), { timeout: 15_000 }).toBe("s1 open lobby\ns2 open lobby");
    expect(a.cluster.status.dropped).toMatchObject({ tooLarge: 1 });
    const c = await make();
    await expect.poll(() => c.digest(), { timeout: 15_000 }).toBe(b.digest());
    await Promise.all([a, b, c].map(async ({ cluster }) => cluster.leave()));
  },
);
