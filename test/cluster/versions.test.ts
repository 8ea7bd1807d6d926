import { afterEach, expect, test } from "vitest";
import { CLUSTER_VERSION } from "../../src/cluster/backplane/part-store.ts";
import { realClock } from "../../src/real-clock.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { MemoryBackplane, MemoryHub } from "./support/memory-backplane.ts";
import { TestNode } from "./support/test-node.ts";

const TIMING = { heartbeat: 50, lease: 400 };
const patience = { timeout: PATIENCE_MS, interval: 10 };
const nodes: TestNode[] = [];
afterEach(async () => {
  await Promise.all(nodes.splice(0).map(async ({ cluster }) => cluster.leave()));
});

/** What a node of an earlier version would send: announcements are JSON, other frames begin with their version. */
function asVersion(version: number): MemoryBackplane["changed"] {
  return (channel, frame) => {
    // Parts are only asked for by nodes that understand each other.
    if (channel.startsWith("s:")) return frame;
    if (!/^[dh]:/.test(channel)) return new Uint8Array([version, ...frame.subarray(1)]);
    const [, ...rest] = JSON.parse(Buffer.from(frame).toString()) as unknown[];
    return Buffer.from(JSON.stringify([version, ...rest]));
  };
}

async function node(hub: MemoryHub, version = CLUSTER_VERSION): Promise<TestNode> {
  const backplane = new MemoryBackplane(hub, { clock: realClock, lease: TIMING.lease });
  if (version !== CLUSTER_VERSION) backplane.changed = asVersion(version);
  const made = new TestNode(backplane, TIMING);
  nodes.push(made);
  await made.cluster.join();
  return made;
}

test("a node of another version is named, its sessions and messages are not taken, and the others go on", async () => {
  const hub = new MemoryHub();
  const [a, b, old] = [await node(hub), await node(hub), await node(hub, CLUSTER_VERSION + 1)];
  for (const [each, id] of [
    [a, "a1"],
    [b, "b1"],
    [old, "o1"],
  ] as const) {
    each.connect(id);
    each.join(id, "r");
  }
  await expect.poll(() => a.size() + b.size(), patience).toBe(4);
  const refusal = `version ${CLUSTER_VERSION + 1} of ${old.id}`;
  await expect.poll(() => a.events.includes(refusal) && b.events.includes(refusal), patience).toBe(true);
  // It has seen them, as it speaks what they speak: it is only its own frames that are of another version.
  await expect.poll(() => old.size(), patience).toBe(3);
  old.broadcast("r", "of another version");
  a.broadcast("r", "of this version");
  await expect.poll(() => b.got.get("b1"), patience).toEqual(["of this version"]);
  expect(a.memberCount("r")).toBe(2);
  expect(a.cluster.status.dropped).toMatchObject({ lost: 0, noSession: 0 });
});
