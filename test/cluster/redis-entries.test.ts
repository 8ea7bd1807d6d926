import { createClient } from "@redis/client";
import { afterAll, afterEach, expect, test } from "vitest";
import { CLUSTER_VERSION } from "../../src/cluster/backplane/part-store.ts";
import { RedisBackplane } from "../../src/cluster/redis/redis-backplane.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs } from "../support/require.ts";
import { startRedis } from "./support/cluster-servers.ts";
import { TestNode } from "./support/test-node.ts";

const { skip } = needs("redis-server");
const server = skip ? null : await startRedis();
const redis = skip ? null : createClient({ url: server!.url, RESP: 2 });
await redis?.connect();
afterAll(async () => {
  redis?.destroy();
  await server?.stop();
});

const TIMING = { heartbeat: 50, lease: 2000 } as const;
const LONGEST_LEASE = 600_000;
const patience = { timeout: PATIENCE_MS, interval: 10 };
let clusters = 0;

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(undo.splice(0).map(async (each) => each()));
});

/** A cluster of its own, and its keys. */
function cluster(): { join(): Promise<TestNode>; key(name: string): string } {
  const prefix = `entries${(clusters += 1)}`;
  const join = async (): Promise<TestNode> => {
    const node = new TestNode(
      new RedisBackplane(createClient, { url: server!.url, prefix, lease: TIMING.lease }),
      TIMING,
    );
    undo.push(async () => node.cluster.leave());
    await node.cluster.join();
    return node;
  };
  return { join, key: (name) => `{${prefix}}:${name}` };
}

const malformed = (node: TestNode): number => node.cluster.status.dropped.malformed;
const named = (node: TestNode): string[] => node.events.filter((event) => event.startsWith("malformed"));

test.skipIf(skip)(
  "a new node leaves out entries of a part that are malformed, and takes the others",
  async () => {
    const { join, key } = cluster();
    const a = await join();
    for (const id of ["a1", "a2", "a3", "a4", "a5", "a6"]) a.connect(id);
    const [part] = await redis!.keys(`${key("part")}*`);
    await expect.poll(async () => redis!.hLen(part!), patience).toBe(7);
    await redis!.hSet(part!, {
      a1: "{",
      a2: '["a2"]',
      a3: '["a3","/ws/chat","/ws/chat","::1","gone",[]]',
      a4: '["a4","/ws/chat","/ws/chat","::1","open",["r"]],["x"',
      a5: "null",
    });
    const b = await join();
    b.connect("b1");
    await expect.poll(() => b.digest(), patience).toBe("a6 open \nb1 open ");
    await expect.poll(() => a.size(), patience).toBe(7);
    // The part was loaded twice.
    expect([malformed(b), named(b)]).toEqual([2, [`malformed ${a.id}`, `malformed ${a.id}`]]);
    a.join("a6", "r");
    await expect.poll(() => b.memberCount("r"), patience).toBe(1);
    expect(b.events.filter((event) => /^(left|failed)/.test(event))).toEqual([]);
  },
);

test.skipIf(skip)("a node does not take a session from a part that another part has", async () => {
  const { join, key } = cluster();
  const [a, b] = [await join(), await join()];
  a.connect("a1");
  b.connect("b1");
  await expect.poll(() => a.size() + b.size(), patience).toBe(4);
  const parts = await redis!.keys(`${key("part")}*`);
  const partOfB = parts.find((name) => name.includes(b.id))!;
  await redis!.hSet(partOfB, "b1", '["a1","/ws/chat","/ws/chat","::1","open",["stolen"]]');
  const c = await join();
  await expect.poll(() => c.digest(), patience).toBe("a1 open ");
  expect(malformed(c)).toBeGreaterThan(0);
});

test.skipIf(skip)("nodes go on if what Redis keeps of nodes, beats and jobs is malformed", async () => {
  const { join, key } = cluster();
  const a = await join();
  const epoch = "ab".repeat(8);
  const ends = Date.now() + LONGEST_LEASE;
  await redis!.hSet(key("nodes"), {
    ["__proto__"]: `${CLUSTER_VERSION},${epoch},1,${ends}`,
    "n:x": `${CLUSTER_VERSION},${epoch},1,${ends}`,
    garbage: "x",
  });
  await redis!.set(key("beat"), "x");
  await redis!.hSet(key("jobs"), "cron", "x");
  await expect.poll(() => malformed(a), patience).toBeGreaterThan(3);
  a.connect("a1");
  const b = await join();
  await expect.poll(() => b.digest(), patience).toBe("a1 open ");
  expect(await a.cluster.jobs.claim("cron", 1000)).toBe("mine");
  expect(await b.cluster.jobs.claim("cron", 1000)).toBe("other");
  expect([a, b].map(({ cluster: { status } }) => [status.state, status.nodes])).toEqual([
    ["up", 2],
    ["up", 2],
  ]);
  expect([...a.events, ...b.events].filter((event) => event.startsWith("failed"))).toEqual([]);
  expect(await redis!.hExists(key("nodes"), "garbage")).toBe(0);
});

test.skipIf(skip)(
  "an entry of another version is removed when it has not changed for the longest lease",
  async () => {
    const { join, key } = cluster();
    const a = await join();
    const newer = CLUSTER_VERSION + 1;
    const entry = (beat: number): string => `${newer},{"of":"a later form"},${beat}`;
    await redis!.hSet(key("nodes"), { dead: entry(1), live: entry(1) });
    const since = async (node: string): Promise<number> =>
      Number.parseInt((await redis!.hGet(key("others"), node)) ?? "0", 10);
    await expect.poll(async () => (await since("dead")) * (await since("live")), patience).toBeGreaterThan(0);
    expect(a.events).toContain(`version ${newer} of dead`);
    // It has an outbound connection, which no node opens as long as it may be there.
    a.ask("feed");
    await expect.poll(async () => redis!.hKeys(key("holds")), patience).toHaveLength(1);
    const [hold] = await redis!.hKeys(key("holds"));
    await redis!.hSet(key("holds"), hold!, "dead");
    await expect.poll(() => a.had.has("feed"), patience).toBe(false);
    a.ask("feed");

    const seen = await since("dead");
    for (const node of ["dead", "live"])
      await redis!.hSet(key("others"), node, `${seen - LONGEST_LEASE + 60_000},${entry(1)}`);
    await redis!.hSet(key("nodes"), "live", entry(2));
    await expect.poll(() => since("live"), patience).toBeGreaterThanOrEqual(seen);
    expect(await redis!.hKeys(key("nodes"))).toEqual(expect.arrayContaining(["dead", "live"]));
    expect(a.had.has("feed")).toBe(false);

    await redis!.hSet(key("others"), "dead", `${seen - LONGEST_LEASE},${entry(1)}`);
    await expect.poll(async () => redis!.hExists(key("nodes"), "dead"), patience).toBe(0);
    await expect.poll(() => a.had.has("feed"), patience).toBe(true);
    expect(await redis!.hKeys(key("nodes"))).toEqual(expect.arrayContaining([a.id, "live"]));
    expect(await redis!.hKeys(key("others"))).toEqual(["live"]);
  },
);
