import { randomBytes } from "node:crypto";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { callsChannel, nodeChannel, type Backplane } from "../../src/cluster/backplane/backplane.ts";
import { newIdentity } from "../../src/cluster/backplane/node-identity.ts";
import { CLUSTER_VERSION } from "../../src/cluster/backplane/part-store.ts";
import { HEARTBEAT_CHANNEL, requestChannel } from "../../src/cluster/backplane/peer-store.ts";
import { openBackplane } from "../../src/cluster/open-backplane.ts";
import { realClock } from "../../src/real-clock.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs } from "../support/require.ts";
import { startNats, startRedis } from "./support/cluster-servers.ts";
import { MemoryBackplane, MemoryHub } from "./support/memory-backplane.ts";
import { TestNode } from "./support/test-node.ts";

const TIMING = { heartbeat: 50, lease: 2000 } as const;
const NEWER = CLUSTER_VERSION + 1;
const patience = { timeout: PATIENCE_MS, interval: 10 };
const receiver = {
  onFrame: () => undefined,
  onState: () => undefined,
  onPeers: () => undefined,
  onMalformed: () => undefined,
  onTooLarge: () => undefined,
};

const hub = new MemoryHub();
const ofServer = (program: Parameters<typeof needs>[0], start: typeof startRedis) => {
  const { skip } = needs(program);
  const server = skip ? null : start();
  afterAll(async () => (await server)?.stop());
  const make = async (): Promise<Backplane> =>
    openBackplane({
      url: (await server!).url,
      prefix: "v",
      lease: TIMING.lease,
      clock: realClock,
      dir: null,
    });
  return { name: program, skip, make };
};
const kinds = [
  {
    name: "memory",
    skip: false,
    make: async (): Promise<Backplane> => new MemoryBackplane(hub, { clock: realClock, lease: TIMING.lease }),
  },
  ofServer("redis-server", startRedis),
  ofServer("nats-server", startNats),
];

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(undo.splice(0).map(async (each) => each()));
});

describe.each(kinds)("frames of a newer version by $name", ({ skip, make }) => {
  const node = async (id: string): Promise<TestNode> => {
    const made = new TestNode(await make(), TIMING);
    undo.push(async () => made.cluster.leave());
    await made.cluster.join();
    made.connect(id);
    made.join(id, "r");
    return made;
  };
  const sender = async (): Promise<Backplane> => {
    const backplane = await make();
    undo.push(async () => backplane.close());
    await backplane.connect(newIdentity(), receiver);
    return backplane;
  };

  test.skipIf(skip)("are ignored and counted, whatever is in them, and the others go on", async () => {
    const [a, b, newer] = [await node("a1"), await node("b1"), await sender()];
    await expect.poll(() => a.memberCount("r") + b.memberCount("r"), patience).toBe(4);
    const before = a.digest();
    const bodies = Array.from({ length: 200 }, (_, at) => randomBytes(at));
    for (const body of bodies) newer.publish("r:r", Buffer.concat([Buffer.from([NEWER]), body]));
    newer.publish(nodeChannel(a.id), Buffer.from([NEWER]));
    const texts = [
      [NEWER, "newer", "abc", 7, [["?", { of: "a later form" }]]],
      [NEWER, "newer", "abc", -1, null],
      [NEWER, { id: "an object" }, ["+"], null],
      [NEWER],
      { version: NEWER },
      null,
    ];
    const { id } = a;
    const channels = ["d:", HEARTBEAT_CHANNEL, callsChannel(id), requestChannel(id)];
    for (const text of texts)
      for (const channel of channels) newer.publish(channel, Buffer.from(JSON.stringify(text)));
    // A forged frame in the name of a node that is there changes nothing of that node.
    newer.publish("d:", Buffer.from(JSON.stringify([NEWER, b.id, "abc", -1, null])));

    await expect.poll(() => a.cluster.status.dropped.otherVersion, patience).toBe(bodies.length + 1);
    await expect.poll(() => b.cluster.status.dropped.otherVersion, patience).toBe(bodies.length);
    expect(a.events).toContain(`version ${NEWER} of newer`);
    b.broadcast("r", "of this version");
    await expect.poll(() => a.got.get("a1"), patience).toEqual(["of this version"]);
    expect(a.digest()).toBe(before);
    for (const each of [a, b]) {
      expect(each.events.filter((event) => /^(left|failed)/.test(event))).toEqual([]);
      expect(each.cluster.status).toMatchObject({ nodes: 2, dropped: { lost: 0, noSession: 0 } });
    }
  });
});
