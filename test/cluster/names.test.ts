import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import type { Backplane } from "../../src/cluster/backplane/backplane.ts";
import { openBackplane } from "../../src/cluster/open-backplane.ts";
import { realClock } from "../../src/real-clock.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs } from "../support/require.ts";
import { startNats, startRedis } from "./support/cluster-servers.ts";
import { MemoryBackplane, MemoryHub } from "./support/memory-backplane.ts";
import { TestNode } from "./support/test-node.ts";

const TIMING = { heartbeat: 50, lease: 1000 };
const patience = { timeout: PATIENCE_MS, interval: 10 };

async function joined(backplane: Backplane, clock = realClock): Promise<TestNode> {
  const node = new TestNode(backplane, { ...TIMING, clock });
  await node.cluster.join();
  onTestFinished(async () => node.cluster.leave());
  return node;
}

describe.each([
  { name: "redis", start: startRedis, ...needs("redis-server") },
  { name: "nats", start: startNats, ...needs("nats-server") },
])("clusters with different names on one server by $name", ({ skip, start }) => {
  const started = skip ? null : start();
  afterAll(async () => (await started)?.stop());

  test.skipIf(skip)("cannot see, reach or ask each other's nodes, also by id", async () => {
    const { url } = await started!;
    const nodeOf = async (prefix: string): Promise<TestNode> =>
      joined(await openBackplane({ url, prefix, lease: TIMING.lease, clock: realClock, dir: null }));
    const [a1, a2, b] = [await nodeOf("one"), await nodeOf("one"), await nodeOf("one-two")];
    for (const [node, id] of [
      [a1, "a1"],
      [a2, "a2"],
      [b, "b"],
    ] as const) {
      node.connect(id);
      node.join(id, "room");
      node.cluster.calls.serve((what) => `${what} of ${id}`);
    }
    await expect.poll(() => [a1, a2].map(({ cluster }) => cluster.status.nodes), patience).toEqual([2, 2]);
    await expect.poll(() => a1.digest() === a2.digest() && a1.size() === 2, patience).toBe(true);
    expect([b.size(), b.cluster.status.nodes, b.cluster.others]).toEqual([1, 1, []]);
    expect(() => b.send("a1", "direct")).toThrow("does not know session a1");
    b.broadcast("room", "of b");
    b.publish("/ws/chat", "of b");
    await expect(b.cluster.calls.ask(a1.id, { what: "info", within: 300 })).rejects.toThrow("no reply");
    b.ask("feed");
    await expect.poll(() => b.had.has("feed"), patience).toBe(true);
    a1.ask("feed");
    await expect.poll(() => a1.had.has("feed"), patience).toBe(true);
    a2.broadcast("room", "of a2");
    await expect.poll(() => a1.got.get("a1"), patience).toEqual(["of a2"]);
    expect(await a2.cluster.calls.ask(a1.id, { what: "info", within: PATIENCE_MS })).toBe("info of a1");
    expect(b.got.get("b")).toEqual(["of b", "of b"]);
    expect(b.cluster.status.dropped.noSession + a1.cluster.status.dropped.noSession).toBe(0);
  });
});

test("a node whose clock is set forward and back stays, and drops no other node", async () => {
  const hub = new MemoryHub();
  let ahead = 0;
  const clock = { ...realClock, now: (): number => realClock.now() + ahead };
  const a = await joined(new MemoryBackplane(hub, { clock, lease: TIMING.lease }), clock);
  const b = await joined(new MemoryBackplane(hub, { clock: realClock, lease: TIMING.lease }));
  for (const [node, id] of [
    [a, "a"],
    [b, "b"],
  ] as const) {
    node.connect(id);
    node.join(id, "room");
  }
  await expect.poll(() => a.size() + b.size(), patience).toBe(4);
  a.ask("feed");
  await expect.poll(() => a.had.has("feed"), patience).toBe(true);
  for (const jump of [3_600_000, -7_200_000, 0]) {
    ahead = jump;
    let beats = 0;
    hub.seen = (channel) => void (channel === "h:" && (beats += 1));
    // Those of two nodes, during more than a lease.
    await expect.poll(() => beats, patience).toBeGreaterThan((2.5 * TIMING.lease) / TIMING.heartbeat);
    expect([a.size(), b.size(), a.cluster.status.state, b.cluster.status.state]).toEqual([2, 2, "up", "up"]);
  }
  expect([...a.events, ...b.events].filter((event) => !event.startsWith("joined"))).toEqual([]);
  expect([a.events.length, b.events.length, a.had.has("feed")]).toEqual([1, 1, true]);
});
