import { createClient } from "@redis/client";
import { createHash } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import type { Client } from "../support/client.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs } from "../support/require.ts";
import { startNats, startRedis, type ClusterServer } from "./support/cluster-servers.ts";
import { RealCluster, type RealNode } from "./support/real-cluster.ts";
import { sendRedis } from "./support/redis-faults.ts";
import { Stream } from "./support/stream.ts";

const patience = { timeout: 2 * PATIENCE_MS, interval: 20 };
const SEED = Number(process.env["PARLOR_SEED"] ?? 20);
const ROUNDS = 40;
const ROOMS = ["a", "b", "c", "d", "e"];

/** A session, as the test knows it. */
interface Known {
  readonly client: Client;
  readonly id: string;
  readonly node: RealNode;
  readonly rooms: Set<string>;
}

/** Faults that take no time, by kind of engine. */
const faults: Readonly<Record<string, readonly ((engine: ClusterServer) => Promise<void>)[]>> = {
  redis: [
    async ({ url }) => sendRedis(url, "CLIENT KILL TYPE pubsub"),
    async ({ url }) => sendRedis(url, "CLIENT KILL TYPE normal SKIPME yes"),
    async ({ url }) => sendRedis(url, "FLUSHALL"),
    async ({ url }) => sendRedis(url, "SCRIPT FLUSH"),
  ],
  nats: [
    async (engine) => {
      await engine.kill();
      await engine.restart();
    },
  ],
};

const kinds = [
  { name: "redis", ...needs("redis-server"), start: async () => startRedis() },
  { name: "nats", ...needs("nats-server"), start: async () => startNats() },
];

const redis = kinds[0]!;

test.each(kinds)(
  "all nodes know each member after random changes and faults by $name",
  async ({ name, skip, start }) => {
    if (skip) return;
    const engine = await start();
    onTestFinished(async () => engine.stop());
    const cluster = new RealCluster(engine.url);
    onTestFinished(async () => cluster.stop());
    await cluster.start(3);
    const random = randomFrom(SEED);
    const known: Known[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      if (round % 10 === 9) await faults[name]![random(faults[name]!.length)]!(engine);
      const end = random(8);
      if (known.length < 12 || end === 0) known.push(await opened(cluster.nodes[random(3)]!));
      else if (end === 1) known.splice(random(known.length), 1)[0]!.client.close();
      for (let change = 0; change < 5; change += 1)
        await changed(known[random(known.length)]!, ROOMS[random(5)]!);
    }
    const digest = digestOf(known);
    const look = async (): Promise<string[]> =>
      Promise.all(cluster.nodes.map(async (node) => (await node.state()).digest));
    await expect
      .poll(look, { ...patience, message: `PARLOR_SEED=${SEED}` })
      .toEqual([digest, digest, digest]);
    if (name === "redis")
      for (const room of ROOMS)
        await expect.poll(async () => subscribersOf(engine, room), patience).toBe(nodesWith(known, room));

    // A node that is killed takes its members with it, and no others.
    const [, , lost] = cluster.nodes;
    await cluster.kill(lost!);
    await cluster.equal();
    expect((await cluster.nodes[0]!.state()).digest).toBe(
      digestOf(known.filter(({ node }) => node !== lost)),
    );
    for (const { client } of known) client.terminate();
  },
);

test.skipIf(redis.skip)("the end of a stream that is cut off is counted, too", async () => {
  const engine = await startRedis();
  onTestFinished(async () => engine.stop());
  const cluster = new RealCluster(engine.url);
  onTestFinished(async () => cluster.stop());
  const nodes = await cluster.start(2);
  for (let round = 0; round < 6; round += 1) {
    const stream = await Stream.open(nodes);
    await stream.start();
    const isCut = sendRedis(engine.url, "CLIENT KILL TYPE pubsub");
    await stream.stop();
    await isCut;
    await sendRedis(engine.url, "CLIENT KILL TYPE pubsub");
    await stream.isComplete();
    stream.close();
  }
});

async function opened(node: RealNode): Promise<Known> {
  const { client, id } = await node.introduce();
  return { client, id, node, rooms: new Set() };
}

async function changed({ client, rooms }: Known, room: string): Promise<void> {
  const isMember = rooms.has(room);
  client.send(`${isMember ? "leave" : "join"} ${room}`);
  if (isMember) rooms.delete(room);
  else rooms.add(room);
  await client.next();
}

/** As a node makes it of what it knows. */
function digestOf(known: readonly Known[]): string {
  const sessions = known.map(({ id }) => id).toSorted();
  const lines = ROOMS.flatMap((room) => {
    const members = known.filter(({ rooms }) => rooms.has(room)).map(({ id }) => id);
    return members.length > 0 ? [`${room}:${members.toSorted().join(",")}`] : [];
  });
  return createHash("sha1")
    .update(JSON.stringify([sessions, lines]))
    .digest("hex");
}

function nodesWith(known: readonly Known[], room: string): number {
  return new Set(known.filter(({ rooms }) => rooms.has(room)).map(({ node }) => node)).size;
}

/** How many nodes Redis sends a room's messages to. */
async function subscribersOf({ url }: ClusterServer, room: string): Promise<number> {
  const client = createClient({ url });
  await client.connect();
  const reply = (await client.sendCommand(["PUBSUB", "NUMSUB", `parlor:r:${room}`])) as unknown as [
    string,
    number,
  ];
  client.destroy();
  return Number(reply[1]);
}

function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}
