import { afterAll, expect, test } from "vitest";
import { newEpoch, newIdentity } from "../../src/cluster/backplane/node-identity.ts";
import { RedisBackplane } from "../../src/cluster/redis/redis-backplane.ts";
import { createClient } from "@redis/client";
import { needs } from "../support/require.ts";
import { startRedis } from "./support/cluster-servers.ts";

const { skip } = needs("redis-server");
const server = skip ? null : await startRedis();
afterAll(async () => server?.stop());

const LEASE = 400;

async function node() {
  const backplane = new RedisBackplane(createClient, { url: server!.url, prefix: "jobs", lease: LEASE });
  await backplane.connect(newIdentity(), {
    onFrame: () => undefined,
    onState: () => undefined,
    onPeers: () => undefined,
    onMalformed: () => undefined,
    onTooLarge: () => undefined,
  });
  const store = backplane.partStore();
  await store.register(newEpoch(), []);
  return { store, backplane };
}

test.skipIf(skip)("a run on Redis has a lease, which its node renews until it releases it", async () => {
  const [a, b] = [await node(), await node()];
  expect(await a.store.claim("x", 1000)).toBe("mine");
  expect(await b.store.claim("x", 1000)).toBe("other");
  expect(await b.store.claim("x", 2000)).toBe("running");
  // A third job, which is not renewed, shows that a lease has ended meanwhile.
  const c = await node();
  expect(await c.store.claim("y", 1000)).toBe("mine");
  const isOver = async (): Promise<string> => {
    await a.store.beat();
    return b.store.claim("y", 2000);
  };
  await expect.poll(isOver, { timeout: 10_000, interval: 20 }).toBe("mine");
  expect(await b.store.claim("x", 3000)).toBe("running");
  await a.store.release("x");
  expect(await b.store.claim("x", 3000)).toBe("mine");
  expect(await a.store.claim("x", 3000)).toBe("other");
  // Without a sign of life of its node, the lease ends.
  await expect.poll(async () => a.store.claim("x", 4000), { timeout: 10_000, interval: 50 }).toBe("mine");
  await Promise.all([a, b, c].map(async ({ backplane }) => backplane.close()));
});

test.skipIf(skip)(
  "a node whose clock was far ahead does not keep the runs until then from the others",
  async () => {
    const [a, b, c] = [await node(), await node(), await node()];
    const now = Date.now();
    expect(await a.store.claim("z", now + 3_600_000)).toBe("mine");
    await a.store.release("z");
    expect(await b.store.claim("z", now)).toBe("mine");
    await b.store.release("z");
    expect(await c.store.claim("z", now)).toBe("other");
    // Where the clock of Redis is behind, all nodes are ahead of it.
    expect(await a.store.claim("z", now + 3_600_000)).toBe("mine");
    await a.store.release("z");
    expect(await b.store.claim("z", now + 3_600_000)).toBe("other");
    await Promise.all([a, b, c].map(async ({ backplane }) => backplane.close()));
  },
);

test.skipIf(skip)(
  "a run that has ended, or whose lease is a day long, holds no run up when the clock of Redis is set back",
  async () => {
    const [a, b] = [await node(), await node()];
    const client = createClient({ url: server!.url });
    await client.connect();
    const entry = async (): Promise<string[]> =>
      ((await client.hGet("{jobs}:jobs", "back")) ?? "").split(",");
    expect(await a.store.claim("back", 1000)).toBe("mine");
    const [due, holder] = await entry();
    await a.store.release("back");
    expect(await entry()).toEqual([due, holder, "0"]);
    await client.hSet("{jobs}:jobs", "back", `${due},${holder},${Date.now() + 86_400_000}`);
    expect(await b.store.claim("back", 2000)).toBe("mine");
    client.destroy();
    await Promise.all([a, b].map(async ({ backplane }) => backplane.close()));
  },
);
