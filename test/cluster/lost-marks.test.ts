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
