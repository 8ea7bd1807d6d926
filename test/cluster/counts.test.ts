import { afterAll, afterEach, describe, expect, test } from "vitest";
import { openBackplane } from "../../src/cluster/open-backplane.ts";
import { realClock } from "../../src/real-clock.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs } from "../support/require.ts";
import { folderOf, RunningApp } from "../support/running-app.ts";
import { startRedis } from "./support/cluster-servers.ts";
import { MemoryBackplane, MemoryHub } from "./support/memory-backplane.ts";
import { TestNode } from "./support/test-node.ts";

const TIMING = { heartbeat: 50, lease: 500, announces: "counts" } as const;
const patience = { timeout: PATIENCE_MS, interval: 10 };
const nodes: TestNode[] = [];
const redis = needs("redis-server");
const started = redis.skip ? null : startRedis();
afterAll(async () => (await started)?.stop());
afterEach(async () => {
  await Promise.all(nodes.splice(0).map(async ({ cluster }) => cluster.leave()));
});

const hub = new MemoryHub();
const kinds = [
  {
    name: "memory",
    skip: false,
    make: async () => new MemoryBackplane(hub, { clock: realClock, lease: 500 }),
  },
  {
    name: "redis",
    skip: redis.skip,
    make: async () =>
      openBackplane({ url: (await started!).url, prefix: "counts", lease: 500, clock: realClock, dir: null }),
  },
];

describe.each(kinds)("nodes that announce numbers only, by $name", ({ skip, make }) => {
  const node = async (announces: "sessions" | "counts" = "counts"): Promise<TestNode> => {
    const made = new TestNode(await make(), { ...TIMING, announces });
    await made.cluster.join();
    nodes.push(made);
    return made;
  };

  test.skipIf(skip)("know how many members rooms have elsewhere, and no session", async () => {
    const [a, b] = [await node(), await node()];
    for (const id of ["b1", "b2", "b3"]) b.connect(id);
    for (const id of ["b1", "b2"]) b.join(id, "hall ✓");
    const all = { "p:/ws/chat": 3, "r:hall ✓": 2 };
    await expect.poll(() => a.counts, patience).toEqual(all);
    expect(a.size()).toBe(0);
    const late = await node();
    await expect.poll(() => late.counts, patience).toEqual(all);

    b.leave("b1", "hall ✓");
    b.end("b3");
    await expect.poll(() => a.counts, patience).toEqual({ "p:/ws/chat": 2, "r:hall ✓": 1 });
    late.connect("c1");
    late.join("c1", "hall ✓");
    await expect.poll(() => a.counts, patience).toEqual({ "p:/ws/chat": 3, "r:hall ✓": 2 });
    a.broadcast("hall ✓", "to both");
    a.publish("/ws/chat", "to all");
    await expect.poll(() => b.got.get("b2"), patience).toEqual(["to both", "to all"]);
    await expect.poll(() => late.got.get("c1"), patience).toEqual(["to both", "to all"]);
    expect(b.got.get("b1")).toEqual(["to all"]);

    await nodes.pop()!.cluster.leave();
    await expect.poll(() => a.counts, patience).toEqual({ "p:/ws/chat": 2, "r:hall ✓": 1 });
    b.end("b1");
    b.end("b2");
    await expect.poll(() => a.counts, patience).toEqual({});
  });

  test.skipIf(skip)("serve one cluster with nodes that announce sessions", async () => {
    const [counted, listed] = [await node("counts"), await node("sessions")];
    counted.connect("c1");
    counted.join("c1", "mixed");
    listed.connect("l1");
    listed.join("l1", "mixed");
    await expect.poll(() => listed.counts, patience).toEqual({ "p:/ws/chat": 1, "r:mixed": 1 });
    await expect.poll(() => counted.size(), patience).toBe(2);
    counted.broadcast("mixed", "a");
    listed.broadcast("mixed", "b");
    await expect.poll(() => listed.got.get("l1")?.toSorted(), patience).toEqual(["a", "b"]);
    await expect.poll(() => counted.got.get("c1")?.toSorted(), patience).toEqual(["a", "b"]);
  });
});

test.skipIf(redis.skip)("scripts get the numbers of all nodes, and lists of their own", async () => {
  const chat = `
    export function onOpen(session) { session.room("lobby").join(); session.send(session.id); }
    export function onMessage(session, text) {
      const service = diesel.getWebSocketService();
      if (text.startsWith("say ")) return session.room("lobby").broadcast(text.slice(4));
      session.send(JSON.stringify([
        session.room("lobby").members(), service.getActiveSessionCount(), service.listRooms(),
        service.getActiveSessionIds().length, service.getSession(text) === null,
      ]));
    }`;
  const dir = folderOf({ "ws/chat.js": chat });
  const cluster = { url: (await started!).url, name: "served-counts", directory: "counts" } as const;
  const [a, b] = [await RunningApp.serve(dir, { cluster }), await RunningApp.serve(dir, { cluster })];
  const [ann, bob] = [await a.open("/ws/chat"), await b.open("/ws/chat")];
  const [, bobId] = [await ann.next(), String(await bob.next())];
  const ask = async (): Promise<unknown> => {
    ann.send(bobId);
    return JSON.parse(String(await ann.next()));
  };
  await expect.poll(ask, patience).toEqual([2, 2, ["lobby"], 1, true]);
  ann.send("say hello");
  expect([await ann.next(), await bob.next()]).toEqual(["hello", "hello"]);
  bob.socket.close();
  await expect.poll(ask, patience).toEqual([1, 1, ["lobby"], 1, true]);
});
