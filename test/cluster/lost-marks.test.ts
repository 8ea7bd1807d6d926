import { expect, onTestFinished, test } from "vitest";
import { realClock } from "../../src/real-clock.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { MemoryBackplane, MemoryHub } from "./support/memory-backplane.ts";
import { TestNode } from "./support/test-node.ts";

const TIMING = { heartbeat: 50, lease: 1000 };
const patience = { timeout: PATIENCE_MS, interval: 5 };

async function joined(hub: MemoryHub): Promise<{ node: TestNode; backplane: MemoryBackplane }> {
  const backplane = new MemoryBackplane(hub, { clock: realClock, lease: TIMING.lease });
  const node = new TestNode(backplane, TIMING);
  await node.cluster.join();
  onTestFinished(async () => node.cluster.leave());
  return { node, backplane };
}

test("the end of a stream is counted when the node is back that missed it, and the number after it", async () => {
  const hub = new MemoryHub();
  const [{ node: a }, { node: b, backplane }] = [await joined(hub), await joined(hub)];
  b.connect("b1");
  b.join("b1", "room");
  await expect.poll(() => a.digest(), patience).toBe(b.digest());
  a.broadcast("room", "first");
  await expect.poll(() => b.got.get("b1"), patience).toEqual(["first"]);
  let missed = 0;
  backplane.isDropped = (channel) => channel === "r:room" && (missed += 1) > 0;
  a.broadcast("room", "lost");
  // The message, and the mark that repeats its number.
  await expect.poll(() => missed, patience).toBe(2);
  backplane.isDropped = () => false;
  backplane.setConnected(false);
  backplane.setConnected(true);
  await expect.poll(() => b.cluster.status.dropped.lost, patience).toBe(1);
  expect(b.got.get("b1")).toEqual(["first"]);
});

test("a message from a closed connection, behind the next one, is not delivered", async () => {
  const hub = new MemoryHub();
  const [{ node: a }, { node: b, backplane }] = [await joined(hub), await joined(hub)];
  b.connect("b1");
  b.join("b1", "room");
  await expect.poll(() => a.digest(), patience).toBe(b.digest());
  const late: Uint8Array[] = [];
  const arrived = backplane.arrived.bind(backplane);
  backplane.arrived = (channel, frame) =>
    void (channel === "r:room" ? late.push(frame) : arrived(channel, frame));
  a.broadcast("room", "1");
  await expect.poll(() => late.length, patience).toBe(1);
  backplane.arrived = arrived;
  a.broadcast("room", "2");
  await expect.poll(() => b.got.get("b1"), patience).toEqual(["2"]);
  arrived("r:room", late[0]!);
  a.broadcast("room", "3");
  await expect.poll(() => b.got.get("b1"), patience).toEqual(["2", "3"]);
  expect(b.cluster.status.dropped.lost).toBe(0);
});

/** A node with a member of a room, as the other one knows by then. */
async function member(of: string, id: string, [b, ...others]: readonly TestNode[]): Promise<void> {
  b!.connect(id);
  b!.join(id, of);
  for (const other of others) await expect.poll(() => other.memberCount(of), patience).toBeGreaterThan(0);
}

test("messages that a new listener missed before its first one are counted, the very first ones of a room included", async () => {
  const hub = new MemoryHub();
  const [{ node: a }, { node: b, backplane }] = [await joined(hub), await joined(hub)];
  await member("room", "b1", [b, a]);
  backplane.isDropped = (channel) => channel === "r:room";
  a.broadcast("room", "lost");
  await new Promise(setImmediate);
  a.broadcast("room", "lost, too");
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  backplane.isDropped = () => false;
  a.broadcast("room", "got");
  await expect.poll(() => b.cluster.status.dropped.lost, patience).toBe(2);
  expect(b.got.get("b1")).toEqual(["got"]);
});

test("messages to a session that its node missed before its first one are counted", async () => {
  const hub = new MemoryHub();
  const [{ node: a }, { node: b, backplane }] = [await joined(hub), await joined(hub)];
  await member("room", "b1", [b, a]);
  backplane.isDropped = (channel) => channel.startsWith("n:");
  a.send("b1", "lost");
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  backplane.isDropped = () => false;
  a.send("b1", "got");
  await expect.poll(() => b.cluster.status.dropped.lost, patience).toBe(1);
});

test("messages before a listener came, or after it had left, are not counted as lost", async () => {
  const hub = new MemoryHub();
  const [{ node: a }, { node: b }, { node: c }] = [await joined(hub), await joined(hub), await joined(hub)];
  await member("room", "c1", [c, a]);
  a.broadcast("room", "1");
  await expect.poll(() => c.got.get("c1"), patience).toEqual(["1"]);
  await member("room", "b1", [b]);
  await expect.poll(() => a.memberCount("room"), patience).toBe(2);
  a.broadcast("room", "2");
  await expect.poll(() => b.got.get("b1"), patience).toEqual(["2"]);
  b.leave("b1", "room");
  await expect.poll(() => a.memberCount("room"), patience).toBe(1);
  a.broadcast("room", "3");
  await expect.poll(() => c.got.get("c1")?.length, patience).toBe(3);
  b.join("b1", "room");
  await expect.poll(() => a.memberCount("room"), patience).toBe(2);
  // The starts are repeated about a second later, with a mark: that comes behind this message.
  let marks = 0;
  hub.seen = (channel) => void (channel === "r:room" && (marks += 1));
  await expect.poll(() => marks, patience).toBeGreaterThan(0);
  a.broadcast("room", "4");
  await expect.poll(() => b.got.get("b1"), patience).toEqual(["2", "4"]);
  expect([b, c].map(({ cluster }) => cluster.status.dropped.lost)).toEqual([0, 0]);
});

test("got and counted are what was sent, whatever frames are lost, from the first one on", async () => {
  let seed = 11;
  const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  const hub = new MemoryHub();
  const all = [await joined(hub), await joined(hub), await joined(hub)];
  const nodes = all.map(({ node }) => node);
  const sent = nodes.map(() => 0);
  for (const [at, node] of nodes.entries()) {
    node.connect(`s${at}`);
    for (let room = 0; room < 4; room += 1) node.join(`s${at}`, `room ${room}`);
  }
  const members = (): number[] => nodes.map((node) => node.memberCount("room 3"));
  await expect.poll(members, patience).toEqual([3, 3, 3]);
  for (let round = 0; round < 2; round += 1) {
    for (const { backplane } of all)
      backplane.isDropped = (channel) => /^[rn]:/.test(channel) && random() < 0.5;
    for (let turn = 0; turn < 60; turn += 1) {
      const from = Math.floor(random() * 3);
      const to = (from + 1 + Math.floor(random() * 2)) % 3;
      const isOne = random() < 0.3;
      if (isOne) nodes[from]!.send(`s${to}`, "one");
      else nodes[from]!.broadcast(`room ${Math.floor(random() * 4)}`, "all", `s${from}`);
      const others = isOne ? [to] : [0, 1, 2].filter((at) => at !== from);
      for (const at of others) sent[at]! += 1;
      if (random() < 0.5) await new Promise(setImmediate);
    }
    for (const { backplane } of all) backplane.isDropped = () => false;
    const counted = (): number[] =>
      nodes.map((node, at) => node.got.get(`s${at}`)!.length + node.cluster.status.dropped.lost);
    await expect.poll(counted, patience).toEqual(sent);
  }
});
