import { afterAll, afterEach, describe, expect, test } from "vitest";
import { openBackplane } from "../../src/cluster/open-backplane.ts";
import { realClock } from "../../src/real-clock.ts";
import { LineClient } from "../support/line-client.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs } from "../support/require.ts";
import { folderOf, RunningApp } from "../support/running-app.ts";
import { startNats, startRedis, type ClusterServer } from "./support/cluster-servers.ts";
import { MemoryBackplane, MemoryHub } from "./support/memory-backplane.ts";
import { TestNode } from "./support/test-node.ts";

const TIMING = { heartbeat: 50, lease: 500 } as const;
const patience = { timeout: PATIENCE_MS, interval: 10 };
const STEPS = 400;
const nodes: TestNode[] = [];
const redis = needs("redis-server");
const started = redis.skip ? null : startRedis();
afterAll(async () => (await started)?.stop());
afterEach(async () => {
  await Promise.all(nodes.splice(0).map(async ({ cluster }) => cluster.leave()));
});

const nats = needs("nats-server");
const startedNats = nats.skip ? null : startNats();
afterAll(async () => (await startedNats)?.stop());

const hub = new MemoryHub();
const ofServer = (
  name: string,
  { skip, started }: { skip: boolean; started: Promise<ClusterServer> | null },
) => ({
  name,
  skip,
  make: async () =>
    openBackplane({
      url: (await started!).url,
      prefix: "presence",
      lease: TIMING.lease,
      clock: realClock,
      dir: null,
    }),
});
const kinds = [
  {
    name: "memory",
    skip: false,
    make: async () => new MemoryBackplane(hub, { clock: realClock, lease: 500 }),
  },
  ofServer("redis", { ...redis, started }),
  ofServer("nats", { ...nats, started: startedNats }),
];

/** Numbers from 0 to 1, the same in each run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

describe.each(kinds)("the presence of a cluster by $name", ({ skip, make }) => {
  const node = async (): Promise<TestNode> => {
    const made = new TestNode(await make(), TIMING);
    await made.cluster.join();
    nodes.push(made);
    return made;
  };

  test.skipIf(skip)(
    "travels with the memberships: joins, changes, away and back, leaves and ends",
    async () => {
      const [a, b] = [await node(), await node()];
      b.connect("b1");
      b.connect("b2");
      b.show("b1", "hall", { name: "one" });
      b.join("b2", "hall");
      await expect.poll(() => a.presence("hall"), patience).toEqual(['b1={"name":"one"}']);
      b.show("b1", "hall", 2);
      b.setAway("b1", true);
      b.show("b2", "hall", null);
      await expect.poll(() => a.presence("hall"), patience).toEqual(["b1=2!", "b2=null"]);
      const late = await node();
      await expect.poll(() => late.presence("hall"), patience).toEqual(["b1=2!", "b2=null"]);
      b.setAway("b1", false);
      b.leave("b2", "hall");
      await expect.poll(() => late.presence("hall"), patience).toEqual(["b1=2"]);
      b.end("b1");
      await expect.poll(() => a.presence("hall"), patience).toEqual([]);
    },
  );

  test.skipIf(skip)("notifies members on other nodes, and ends with a node", async () => {
    const [a, b] = [await node(), await node()];
    a.connect("a1");
    a.show("a1", "hall", 1);
    b.connect("b1");
    b.show("b1", "hall", 2);
    const left = { type: "presence", room: "hall", changes: [{ id: "b1", left: true }] };
    const last = (): unknown => JSON.parse(String(a.got.get("a1")!.at(-1)));
    await expect.poll(last, patience).toMatchObject({ changes: [{ id: "b1", data: 2 }] });
    await nodes.pop()!.cluster.leave();
    await expect.poll(last, patience).toEqual(left);
    expect(a.presence("hall")).toEqual(["a1=1"]);
  });

  test.skipIf(skip)("is the same on all nodes after many changes", async () => {
    const all = [await node(), await node(), await node()];
    const random = dice(7);
    const owner = new Map<string, TestNode>();
    const model = new Map<string, { data: number; isAway: boolean }>();
    const names = Array.from({ length: 12 }, (_, at) => `s${at}`);
    for (let step = 0; step < STEPS; step += 1) {
      const at = Math.floor(random() * names.length);
      const id = names[at]!;
      const of = owner.get(id);
      const [what, shown] = [random(), model.get(id)];
      if (of === undefined) {
        const home = all[step % 3]!;
        owner.set(id, home);
        home.connect(id);
      } else if (what < 0.5) {
        of.show(id, "hall", step);
        model.set(id, { data: step, isAway: shown?.isAway ?? false });
      } else if (what < 0.7 && shown !== undefined) {
        shown.isAway = !shown.isAway;
        of.setAway(id, shown.isAway);
      } else if (what < 0.85 && shown?.isAway === false) {
        of.leave(id, "hall");
        model.delete(id);
      } else if (what > 0.95) {
        if (shown?.isAway === true) of.setAway(id, false);
        of.end(id);
        model.delete(id);
        names[at] = `s${at} of ${step}`;
      }
      if (step % 20 === 0) await new Promise(setImmediate);
    }
    const expected = Array.from(
      model,
      ([id, { data, isAway }]) => `${id}=${data}${isAway ? "!" : ""}`,
    ).toSorted();
    for (const each of all) await expect.poll(() => each.presence("hall"), patience).toEqual(expected);
  });
});

test.skipIf(redis.skip)("scripts and clients of two servers see who is present on both", async () => {
  const dir = folderOf({
    "ws/a.js": `
      export const resume = 30;
      export const onOpen = (session) => session.room("hall").join({ presence: session.getParameter("name") });
      export const calls = { show: (session) => session.room("hall").presence() };`,
  });
  const cluster = { url: (await started!).url, heartbeat: 100, lease: 1000, name: "served" };
  const [a, b] = [await RunningApp.serve(dir, { cluster }), await RunningApp.serve(dir, { cluster })];
  const lines = [a, b].map(
    ({ server }, at) => new LineClient(`${server.url.replace("http", "ws")}/ws/a?name=${at}`),
  );
  const [ann, bob] = [lines[0]!, lines[1]!];
  // The list of the first one does not have the second one yet.
  await ann.connect();
  await expect.poll(() => ann.envelopes.at(-1), patience).toMatchObject({ list: [{ data: "0" }] });
  await bob.connect();
  const [annShows, bobShows] = lines.map(({ welcome }, at) => ({ id: welcome!.session, data: String(at) }));
  const changes = (line: LineClient): unknown => line.envelopes.at(-1);
  await expect
    .poll(
      () =>
        a.server.service
          .room("hall")
          .presence()
          .toSorted((one, other) => (one.data < other.data ? -1 : 1)),
      patience,
    )
    .toEqual([annShows, bobShows]);
  await expect
    .poll(() => changes(ann), patience)
    .toEqual({ type: "presence", room: "hall", changes: [bobShows] });
  bob.cut();
  const away = { ...bobShows, away: true };
  await expect
    .poll(() => changes(ann), patience)
    .toEqual({ type: "presence", room: "hall", changes: [away] });
  await bob.connect();
  await expect
    .poll(() => changes(ann), patience)
    .toEqual({ type: "presence", room: "hall", changes: [bobShows] });
  for (const line of lines) line.close();
});
