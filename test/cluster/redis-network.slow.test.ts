import { createClient } from "@redis/client";
import { expect, onTestFinished, test } from "vitest";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs, skips } from "../support/require.ts";
import { startRedis, type ClusterServer } from "./support/cluster-servers.ts";
import { canPartition, Partition } from "./support/partition.ts";
import { pause } from "./support/pause.ts";
import { RealCluster, TIMING, type RealNode } from "./support/real-cluster.ts";
import { sendRedis } from "./support/redis-faults.ts";
import { Stream } from "./support/stream.ts";
import { TcpProxy } from "./support/tcp-proxy.ts";

const { skip } = needs("redis-server");
const cannotPart = skip || skips(!canPartition(), "this user cannot make a network namespace");
const patience = { timeout: 2 * PATIENCE_MS, interval: 20 };
const EACH = 10;

async function redis(options: readonly string[] = []): Promise<ClusterServer> {
  const server = await startRedis(options);
  onTestFinished(async () => server.stop());
  return server;
}

async function clusterBy(url: string, count: number): Promise<RealCluster> {
  const cluster = new RealCluster(url);
  onTestFinished(async () => cluster.stop());
  for (const node of await cluster.start(count)) await node.fill(EACH);
  return cluster;
}

test.skipIf(cannotPart)(
  "a silent partition isolates a node, which serves its own sessions and counts the rest",
  async () => {
    const partition = new Partition();
    onTestFinished(() => partition.remove());
    const engine = await redis(["--bind", "0.0.0.0", "--protected-mode", "no"]);
    const cluster = await clusterBy(`redis://${partition.engineAddress}:${engine.port}`, 2);
    const [c] = await cluster.start(1, partition);
    await c!.fill(EACH);
    await cluster.equal();
    const [a, b] = cluster.nodes as [RealNode, RealNode];
    const [to, from] = [await Stream.open([a, b, c!]), await Stream.open([c!, a])];
    await to.start();
    await from.start();
    await c!.sample();
    partition.cut();
    for (const node of [a, b])
      await expect.poll(async () => (await node.state()).members, patience).toBe(2 * EACH);
    await expect.poll(async () => (await c!.state()).cluster.state, patience).toBe("isolated");
    const [one, other] = await c!.fill(2, "own");
    one!.send("say own hello");
    expect(await other!.next()).toBe("hello");
    partition.heal();
    expect((await cluster.equal()).members).toBe(3 * EACH);
    expect(await c!.state()).toMatchObject({ least: 3 * EACH, most: 3 * EACH });
    expect([a, b, c!].map((node) => node.connected)).toEqual([EACH, EACH, EACH + 2]);
    expect([a, b].map((node) => node.drops)).toEqual([1, 1]);
    for (const stream of [to, from]) {
      await stream.isUnderWay();
      await stream.stop();
    }
    await to.isCompleteWith(from);
    for (const stream of [to, from]) stream.close();
  },
);

test.skipIf(skip)("a replica that is promoted without the last writes gets them from the nodes", async () => {
  const [master, replica] = [await redis(), await redis()];
  await sendRedis(replica.url, `REPLICAOF 127.0.0.1 ${master.port}`);
  const proxy = await TcpProxy.to(master.port);
  onTestFinished(() => proxy.close());
  const cluster = await clusterBy(`redis://127.0.0.1:${proxy.port}`, 2);
  await cluster.equal();
  await inSync(master, replica);
  await sendRedis(replica.url, "REPLICAOF NO ONE");
  // The replica does not get these: the sequence numbers that it knows are lower than those of the nodes.
  for (const node of cluster.nodes) await node.fill(EACH, "later");
  await cluster.equal();
  for (const node of cluster.nodes) await node.sample();
  proxy.switchTo(replica.port);
  await pause(2 * TIMING.lease);
  await cluster.equal();
  for (const node of cluster.nodes) {
    expect(await node.state()).toMatchObject({ least: 2 * EACH, most: 2 * EACH });
    expect(node.drops).toBe(0);
  }
  await cluster.start(1);
  expect((await cluster.equal()).sessions).toBe(4 * EACH);
});

test.skipIf(skip)("nodes leave a primary that has become a replica and keeps their connections", async () => {
  const [master, replica] = [await redis(), await redis()];
  await sendRedis(replica.url, `REPLICAOF 127.0.0.1 ${master.port}`);
  const proxy = await TcpProxy.to(master.port);
  onTestFinished(() => proxy.close());
  const cluster = await clusterBy(`redis://127.0.0.1:${proxy.port}`, 2);
  await cluster.equal();
  await inSync(master, replica);
  for (const node of cluster.nodes) await node.sample();
  await sendRedis(replica.url, "REPLICAOF NO ONE");
  await sendRedis(master.url, `REPLICAOF 127.0.0.1 ${replica.port}`);
  proxy.divertTo(replica.port);
  await expect.poll(async () => subscribers(replica), patience).toBe(2);
  // Each node can write there.
  for (const node of cluster.nodes) await node.fill(EACH, "later");
  expect((await cluster.equal()).sessions).toBe(4 * EACH);
  for (const node of cluster.nodes)
    expect(await node.state()).toMatchObject({ least: 2 * EACH, most: 2 * EACH });
});

test.skipIf(skip)("a node that stands still until Redis cuts it off counts what it missed", async () => {
  const engine = await redis(["--client-output-buffer-limit", "pubsub", "256kb", "128kb", "1"]);
  const cluster = await clusterBy(engine.url, 2);
  await cluster.equal();
  const [a, b] = cluster.nodes as [RealNode, RealNode];
  const stream = await Stream.open([a, b]);
  await stream.start(5, 4000);
  b.signal("SIGSTOP");
  await expect.poll(async () => subscribers(engine), patience).toBe(1);
  b.signal("SIGCONT");
  await cluster.equal();
  await stream.isUnderWay();
  await stream.stop();
  await stream.isComplete();
  expect((await b.state()).cluster.dropped["lost"]).toBeGreaterThan(0);
  stream.close();
});

test.skipIf(skip).each([-3_600_000, 3_600_000])(
  "leases are new when the clock of Redis is set by %d ms, and end as usual afterwards",
  async (by) => {
    const engine = await redis();
    const cluster = await clusterBy(engine.url, 3);
    await cluster.equal();
    for (const node of cluster.nodes) await node.sample();
    await setClock(engine, by);
    await pause(2 * TIMING.lease);
    await cluster.equal();
    for (const node of cluster.nodes)
      expect(await node.state()).toMatchObject({ least: 3 * EACH, most: 3 * EACH });
    await cluster.kill(cluster.nodes[2]!);
    expect((await cluster.equal()).members).toBe(2 * EACH);
  },
);

/** What Redis has kept looks as if its clock had been set: all its times are those of another clock. */
async function setClock({ url }: ClusterServer, by: number): Promise<void> {
  const client = createClient({ url });
  await client.connect();
  const script = `
    local by = tonumber(ARGV[1])
    for _, node in ipairs(redis.call('HKEYS', KEYS[1])) do
      local rest, ends = string.match(redis.call('HGET', KEYS[1], node), '^(.*,)(%d+)$')
      redis.call('HSET', KEYS[1], node, rest .. string.format('%d', tonumber(ends) - by))
    end
    redis.call('SET', KEYS[2], string.format('%d', tonumber(redis.call('GET', KEYS[2])) - by))`;
  await client.eval(script, { keys: ["{parlor}:nodes", "{parlor}:beat"], arguments: [String(by)] });
  client.destroy();
}

async function subscribers({ url }: ClusterServer): Promise<number> {
  const client = createClient({ url });
  await client.connect();
  const list = (await client.sendCommand(["CLIENT", "LIST", "TYPE", "pubsub"])) as unknown as string;
  client.destroy();
  return list.split("\n").filter((line) => line !== "").length;
}

async function inSync(master: ClusterServer, replica: ClusterServer): Promise<void> {
  const client = createClient({ url: replica.url });
  await client.connect();
  const look = async (): Promise<string> =>
    (await client.sendCommand(["INFO", "replication"])) as unknown as string;
  await expect.poll(look, patience).toContain("master_link_status:up");
  expect(master.port).not.toBe(replica.port);
  client.destroy();
}
