import { beforeEach, describe, expect, test } from "vitest";
import { PeerParts, type PeerPartsPorts } from "../../src/cluster/directory/peer-parts.ts";
import { CLUSTER_VERSION, type NodeEntry, type PartImage } from "../../src/cluster/backplane/part-store.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

const TIMING = { heartbeat: 300, lease: 900 };
const other: NodeEntry = { node: "b", epoch: "e", sequence: 0, version: CLUSTER_VERSION, silence: 0 };

let clock: VirtualClock;
let parts: PeerParts;
/** What the store has, and how often it was asked. */
let image: PartImage;
let loads: number;

beforeEach(async () => {
  clock = new VirtualClock();
  image = { epoch: "e", sequence: 0, records: [], refused: 0 };
  loads = 0;
  const ignored = (): void => undefined;
  parts = new PeerParts({
    ...{ own: "a", time: { clock, ...TIMING }, losses: { refuse: ignored } },
    store: {
      load: async () => {
        loads += 1;
        return loads < 10 ? Promise.resolve(image) : new Promise(() => undefined);
      },
    },
    messages: {
      receiver: { forgetNode: ignored },
      sender: { onLapse: ignored, onRejoin: ignored },
      calls: { gone: ignored },
    },
    sessions: { replaceNode: ignored, removeNode: ignored } as unknown as PeerPartsPorts["sessions"],
    listener: { onNode: ignored, onChange: ignored, onFailed: ignored, onVersion: ignored },
  });
  parts.onBeat({ nodes: [other] }, false);
  await parts.known;
});

function beatAfter(ms: number, ...nodes: NodeEntry[]): void {
  clock.advance(ms);
  parts.onBeat({ nodes }, false);
}

test("a node whose lease is over is dropped at the next beat", () => {
  beatAfter(TIMING.heartbeat, other);
  beatAfter(TIMING.heartbeat);
  expect(parts.size).toBe(0);
});

// The heartbeats of the nodes wait in the server: it may answer one node twice before it reads that of the other.
test("a node is not dropped because a server that stood still for less than a lease answers before it delivers", () => {
  beatAfter(0.74 * TIMING.lease, other);
  beatAfter(0);
  expect(parts.size).toBe(1);
});

test("a node that has ended while the server stood still is dropped two leases after the pause", () => {
  beatAfter(0.74 * TIMING.lease);
  for (let beats = 0; beats < 5; beats += 1) beatAfter(TIMING.heartbeat);
  expect(parts.size).toBe(1);
  beatAfter(TIMING.heartbeat);
  expect(parts.size).toBe(0);
});

describe("a part that another node announces as new", () => {
  const announced = { version: CLUSTER_VERSION, node: "b", epoch: "f", sequence: 0, ops: null };

  test("is loaded once", async () => {
    image = { epoch: "f", sequence: 0, records: [], refused: 0 };
    parts.onDelta(announced);
    await settled();
    expect(loads).toBe(2);
  });

  test("is loaded once if its announcement comes after that of a later epoch", async () => {
    image = { epoch: "g", sequence: 0, records: [], refused: 0 };
    parts.onDelta(announced);
    await settled();
    expect(loads).toBe(2);
  });

  test("is loaded once more if it becomes another one meanwhile", async () => {
    image = { epoch: "f", sequence: 0, records: [], refused: 0 };
    parts.onDelta(announced);
    image = { epoch: "g", sequence: 0, records: [], refused: 0 };
    parts.onDelta({ ...announced, epoch: "g" });
    await settled();
    expect(loads).toBe(3);
  });
});

async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
}
