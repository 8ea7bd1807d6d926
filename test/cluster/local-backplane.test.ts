import { afterEach, expect, test } from "vitest";
import type { Socket } from "node:net";
import { newIdentity } from "../../src/cluster/backplane/node-identity.ts";
import { LocalBackplane } from "../../src/cluster/local/local-backplane.ts";
import { encodeLocal, KIND, LocalReader, type LocalMessage } from "../../src/cluster/local/local-message.ts";
import { Relay } from "../../src/cluster/local/relay.ts";
import { realClock } from "../../src/real-clock.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { backplaneSuite } from "./backplane.suite.ts";
import { socketPair } from "./support/channels.ts";
import { TestNode } from "./support/test-node.ts";

const shared = new Relay({ onCut: () => undefined });

backplaneSuite({
  name: "a relay in the parent process",
  skip: false,
  make: async ({ lease }) => new LocalBackplane(await attached(shared), { clock: realClock, lease }),
});

const TIMING = { heartbeat: 10_000, lease: 60_000 };
const patience = { timeout: PATIENCE_MS, interval: 5 };
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function attached(relay: Relay): Promise<Socket> {
  const [near, far] = await socketPair();
  sockets.push(near, far);
  relay.attach(far);
  return near;
}

async function joined(relay: Relay): Promise<{ node: TestNode; channel: Socket }> {
  const channel = await attached(relay);
  const node = new TestNode(new LocalBackplane(channel, { clock: realClock, lease: TIMING.lease }), TIMING);
  await node.cluster.join();
  return { node, channel };
}

test("a front that ends without leaving is gone at once, long before its lease ends", async () => {
  const relay = new Relay({ onCut: () => undefined });
  const [{ node: a }, { node: b, channel }] = [await joined(relay), await joined(relay)];
  b.connect("b1");
  await expect.poll(() => a.digest(), patience).toBe("b1 open ");
  channel.destroy();
  await expect.poll(() => a.digest(), patience).toBe("");
  expect(a.cluster.status.nodes).toBe(1);
  expect(b.cluster.status.state).toBe("isolated");
  await a.cluster.leave();
  await b.cluster.leave();
});

test.each([
  ["a confirmation without its number", encodeLocal(KIND.confirm, "", new Uint8Array([1]))],
  ["a channel that is longer than its message", Buffer.from([6, 0, 0, 0, KIND.frame, 255, 0, 0, 0, 1])],
  ["a channel that is not UTF-8", Buffer.from([6, 0, 0, 0, KIND.frame, 1, 0, 0, 0, 255])],
  ["the end of a node that has no id", encodeLocal(KIND.gone, "__proto__")],
  ["a message without a kind", Buffer.from([1, 0, 0, 0, KIND.frame])],
])("bytes between fronts that are no message end the connection: %s", async (_name, bytes) => {
  const relay = new Relay({ onCut: () => undefined });
  const { node, channel } = await joined(relay);
  channel.emit("data", bytes);
  await expect.poll(() => node.cluster.status.state, patience).toBe("isolated");
  expect(channel.destroyed).toBe(true);
  const other = await attached(relay);
  other.write(bytes);
  await expect.poll(() => relay.cuts, patience).toBe(1);
  await node.cluster.leave();
});

test("a front that does not read is cut off and counted, and the others go on in order", async () => {
  const cut: unknown[] = [];
  const relay = new Relay({ onCut: (channel) => cut.push(channel), unreadLimit: 1_000_000 });
  const [a, b] = [await attached(relay), await attached(relay)];
  const received: string[] = [];
  const backplanes = [a, b].map((each) => new LocalBackplane(each, { clock: realClock, lease: 1000 }));
  for (const backplane of backplanes) {
    await backplane.connect(newIdentity(), {
      onFrame: (_channel, frame) => received.push(Buffer.from(frame).toString().slice(0, 8)),
      onState: () => undefined,
      onPeers: () => undefined,
      onMalformed: () => undefined,
      onTooLarge: () => undefined,
    });
    await backplane.subscribe(["r:big"]);
  }
  const stopped = await attached(relay);
  stopped.write(encodeLocal(KIND.subscribe, "r:big"));
  stopped.pause();
  let sent = 0;
  const body = "x".repeat(100_000);
  while (cut.length === 0) {
    backplanes[0]!.publish("r:big", Buffer.from(`${String((sent += 1)).padStart(8)}${body}`));
    await new Promise(setImmediate);
  }
  await expect.poll(() => received.length, patience).toBe(sent);
  expect(received.map(Number)).toEqual(Array.from({ length: sent }, (_, at) => at + 1));
  expect(relay.cuts).toBe(1);
  expect(cut).toHaveLength(1);
});

test("bytes that are not a message cut off their front only", async () => {
  const cut: unknown[] = [];
  const relay = new Relay({ onCut: (channel) => cut.push(channel) });
  const { node } = await joined(relay);
  const bad = await attached(relay);
  bad.write(Buffer.alloc(64, 0xff));
  await expect.poll(() => cut.length, patience).toBe(1);
  expect(node.cluster.status.state).toBe("up");
  await node.cluster.leave();
});

test("messages are found in a stream however it is cut", () => {
  const bytes = Buffer.concat([
    encodeLocal(KIND.subscribe, "r:größe ✓"),
    encodeLocal(KIND.frame, "r:x", new Uint8Array([1, 2, 3])),
    encodeLocal(KIND.frame, "", new Uint8Array(300).fill(7)),
  ]);
  for (const size of [1, 2, 3, 7, 64, bytes.length]) {
    const reader = new LocalReader();
    const found: LocalMessage[] = [];
    for (let at = 0; at < bytes.length; at += size)
      expect(reader.read(bytes.subarray(at, at + size), (message) => found.push(message))).toBe(true);
    expect(found.map(({ kind, channel, payload }) => [kind, channel, payload.length])).toEqual([
      [KIND.subscribe, "r:größe ✓", 0],
      [KIND.frame, "r:x", 3],
      [KIND.frame, "", 300],
    ]);
  }
});
