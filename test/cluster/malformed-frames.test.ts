import { afterEach, expect, test } from "vitest";
import { callsChannel, DIRECTORY_CHANNEL, nodeChannel } from "../../src/cluster/backplane/backplane.ts";
import { newIdentity } from "../../src/cluster/backplane/node-identity.ts";
import { CLUSTER_VERSION } from "../../src/cluster/backplane/part-store.ts";
import { HEARTBEAT_CHANNEL, requestChannel } from "../../src/cluster/backplane/peer-store.ts";
import { ByteWriter } from "../../src/cluster/messages/byte-writer.ts";
import { packFrame, writeMessage, type Action } from "../../src/cluster/messages/frame.ts";
import { realClock } from "../../src/real-clock.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { FrameFuzzer, type SentFrame } from "./support/frame-fuzzer.ts";
import { MemoryBackplane, MemoryHub } from "./support/memory-backplane.ts";
import { TestNode } from "./support/test-node.ts";

const TIMING = { heartbeat: 50, lease: 2000 } as const;
const SEED = Number(process.env["PARLOR_SEED"] ?? 20_261_130);
const CHANGED_FRAMES = 4000;
const patience = { timeout: PATIENCE_MS, interval: 10 };

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(undo.splice(0).map(async (each) => each()));
});

interface Joined {
  readonly node: TestNode;
  readonly backplane: MemoryBackplane;
}

async function joined(hub: MemoryHub, announces: "sessions" | "counts" = "sessions"): Promise<Joined> {
  const backplane = new MemoryBackplane(hub, { clock: realClock, lease: TIMING.lease });
  const node = new TestNode(backplane, { ...TIMING, announces });
  undo.push(async () => node.cluster.leave());
  await node.cluster.join();
  node.cluster.calls.serve((what) => ({ what }));
  return { node, backplane };
}

/** Two nodes with a session each, which know each other. */
async function pair(): Promise<{ a: Joined; b: Joined; hub: MemoryHub }> {
  const hub = new MemoryHub();
  const [a, b] = [await joined(hub), await joined(hub)];
  a.node.connect("a1");
  b.node.connect("b1");
  for (const [{ node }, id] of [
    [a, "a1"],
    [b, "b1"],
  ] as const) {
    node.join(id, "r");
    node.show(id, "here", { of: id });
  }
  await expect.poll(() => a.node.size() + b.node.size(), patience).toBe(4);
  await expect.poll(() => b.node.presence("here").length, patience).toBe(2);
  return { a, b, hub };
}

/** All that frames of other nodes may change. */
function stateOf({ node }: Joined): string {
  const { others, status, identity } = node.cluster;
  return JSON.stringify({
    id: identity.id,
    digest: node.digest(),
    presence: ["here", "r"].map((room) => node.presence(room)),
    counts: node.counts,
    nodes: [status.nodes, others.map((other) => other.node)],
    got: [...node.got],
    closes: node.closes,
    options: node.options.length,
  });
}

const refused = ({ node }: Joined): number => node.cluster.status.dropped.malformed;

/** Real frames of all kinds: of the directory, of holds, of messages, of questions; as the others have sent them to `b`. */
async function recorded(hub: MemoryHub, { a, b }: { a: Joined; b: Joined }): Promise<SentFrame[]> {
  const frames: SentFrame[] = [];
  const record = (channel: string, bytes: Uint8Array): Uint8Array => {
    if (!channel.endsWith(a.node.id)) frames.push({ channel, bytes: new Uint8Array(bytes) });
    return bytes;
  };
  a.backplane.changed = record;
  const counting = await joined(hub, "counts");
  counting.backplane.changed = record;
  counting.node.connect("c1");
  counting.node.join("c1", "r");
  a.node.ask("feed");
  a.node.connect("a2");
  a.node.join("a2", "r");
  a.node.show("a2", "here", "x");
  a.node.setAway("a2", true);
  await expect.poll(() => b.node.presence("here").length, patience).toBe(3);
  a.node.broadcast("r", "text", "b1", { key: "k", slow: "latest" });
  a.node.publish("/ws/chat", new Uint8Array([1, 2, 3]));
  a.node.send("b1", "direct");
  a.node.close("b1", 4000, "enough");
  a.node.cluster.calls.ask(b.node.id, { what: "info", within: PATIENCE_MS }).catch(() => undefined);
  const asked = b.node.cluster.calls.ask(a.node.id, { what: "info", within: PATIENCE_MS });
  a.node.leave("a2", "r");
  a.node.end("a2");
  await asked;
  // All parts are asked for and sent.
  for (const { backplane } of [b, a]) for (const is of [false, true]) backplane.setConnected(is);
  const seen = (): string[] => frames.map(({ channel }) => channel.slice(0, 2));
  await expect
    .poll(seen, patience)
    .toEqual(expect.arrayContaining(["d:", "h:", "n:", "p:", "q:", "r:", "s:"]));
  const count = (text: string): number =>
    frames.filter(({ bytes }) => Buffer.from(bytes).includes(text)).length;
  for (const text of ['"+"', '"s"', '"j"', '"l"', '"-"', '"c"', '"part"', '"load"', '"reply"', '"ask"'])
    await expect.poll(() => count(text), patience).toBeGreaterThan(0);
  await counting.node.cluster.leave();
  a.backplane.changed = (_, frame) => frame;
  return frames;
}

test(`frames of all kinds that are changed at random do not throw; what is refused changes nothing (seed ${SEED})`, async () => {
  const { a, b, hub } = await pair();
  const frames = await recorded(hub, { a, b });
  const fuzzer = new FrameFuzzer(SEED);
  let count = 0;
  for (let left = CHANGED_FRAMES; left > 0; left -= 1) {
    const { channel, bytes } = fuzzer.changed(frames);
    const [before, earlier] = [stateOf(b), refused(b)];
    b.backplane.deliver(channel, bytes);
    if (refused(b) === earlier) continue;
    count += 1;
    expect(stateOf(b), `${channel} ${Buffer.from(bytes).toString("latin1").slice(0, 200)}`).toBe(before);
    // Its own frames go on meanwhile.
    if (left % 500 === 0) await new Promise(setImmediate);
  }
  expect(count).toBeGreaterThan(CHANGED_FRAMES / 2);
  expect(Object.keys({})).toEqual([]);
  expect(({} as Record<string, unknown>)["isAdmin"]).toBeUndefined();
  // What was believed is forgotten when the nodes register again.
  for (const { backplane } of [a, b]) for (const is of [false, true]) backplane.setConnected(is);
  await expect.poll(() => b.node.digest(), patience).toBe(a.node.digest());
  await expect.poll(() => b.node.presence("here"), patience).toEqual(a.node.presence("here"));
  expect([...a.node.events, ...b.node.events].filter((event) => event.startsWith("failed"))).toEqual([]);
}, 60_000);

test(`nodes are equal after a stream in which frames were cut (seed ${SEED})`, async () => {
  const { a, b } = await pair();
  const fuzzer = new FrameFuzzer(SEED);
  let count = 0;
  a.backplane.changed = (channel, frame) => {
    if (channel !== DIRECTORY_CHANNEL && channel !== requestChannel(b.node.id)) return frame;
    count += 1;
    return count % 3 === 0 ? fuzzer.cut(frame) : frame;
  };
  for (let at = 0; at < 60; at += 1) {
    a.node.connect(`n${at}`);
    a.node.join(`n${at}`, `r${at % 7}`);
    if (at % 2 === 0) a.node.show(`n${at}`, "here", at);
    if (at % 3 === 2) a.node.end(`n${at - 1}`);
    await new Promise(setImmediate);
  }
  await expect.poll(() => refused(b), patience).toBeGreaterThan(5);
  await expect.poll(() => b.node.digest() === a.node.digest(), patience).toBe(true);
  expect(b.node.presence("here")).toEqual(a.node.presence("here"));
});

test("a node drops part replies that are damaged, and loads the part again", async () => {
  const hub = new MemoryHub();
  const a = await joined(hub);
  for (let at = 0; at < 5; at += 1) a.node.connect(`a${at}`);
  let damaged = 0;
  a.backplane.changed = (channel, frame) => {
    const text = Buffer.from(frame).toString();
    if (!channel.startsWith("s:") || !text.includes('"part"') || damaged > 1) return frame;
    damaged += 1;
    return Buffer.from(damaged === 1 ? text.replace('"open"', '"opened"') : text.replace(",true,", ",1,"));
  };
  const b = await joined(hub);
  await expect.poll(() => b.node.digest(), patience).toBe(a.node.digest());
  expect([damaged, refused(b)]).toEqual([2, 2]);
  expect(b.node.events.filter((event) => event.startsWith("malformed"))).toEqual(
    [1, 2].map(() => `malformed ${a.node.id}`),
  );
});

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

function messageFrame(from: string, action: Action, id: string, data: string): Uint8Array {
  const body = new ByteWriter();
  writeMessage(body, { action, id, data });
  const identity = { ...newIdentity(), id: from };
  return packFrame(identity, { era: 1, first: 1 }, { count: 1, body: body.taken() });
}

/** Frames in the name of `a` that `b` must not believe. */
const FORGED: Record<string, (names: { a: string; b: string; epoch: string; next: number }) => SentFrame> =
  {};
const steps = (name: string, ...ops: unknown[]): void => {
  FORGED[name] = ({ a, epoch, next }) => ({
    channel: DIRECTORY_CHANNEL,
    bytes: json([CLUSTER_VERSION, a, epoch, next, ops]),
  });
};
const added = ["+", "a9", "/ws/chat", "/ws/chat", "::1", "open", ["r"]];
steps("a step of no kind", ["?", "a1"]);
steps("a step of a prototype", ["__proto__", "a1"]);
steps("an end without a session", ["-"]);
steps("the end of another node's session", ["-", "b1"]);
steps("a session that another node has", ["+", "b1", ...added.slice(2)]);
steps("a good step before a bad one", added, ["j", "a1", 7]);
steps("a state of no kind", ["s", "a1", "lost"]);
steps("rooms that are no list", [...added.slice(0, 6), "r"]);
steps("presence that is no object", ["j", "a1", "here", '"data"']);
steps("presence with the id of another", ["j", "a1", "here", '{"id":"b1","data":1}']);
steps("presence that ends its object", ["j", "a1", "here", '{"data":1},{"data":2}']);
steps("a negative number", ["c", "r:r", -1]);
steps("a number that is none", ["c", "r:r", null]);
steps("a huge number", ["c", "r:r", 2 ** 52]);
steps("the number of what has no members", ["c", "n:x", 1]);
steps("a long name", ["j", "a1", "x".repeat(1_100_000)]);
FORGED["a negative sequence number"] = ({ a, epoch }) => ({
  channel: DIRECTORY_CHANNEL,
  bytes: json([CLUSTER_VERSION, a, epoch, -2, []]),
});
FORGED["a node that is no id"] = () => ({
  channel: DIRECTORY_CHANNEL,
  bytes: json([CLUSTER_VERSION, "__proto__", "ab", 0, null]),
});
FORGED["a heartbeat without an epoch"] = ({ a }) => ({
  channel: HEARTBEAT_CHANNEL,
  bytes: json([CLUSTER_VERSION, a]),
});
FORGED["a heartbeat with half a hold"] = ({ a, epoch }) => ({
  channel: HEARTBEAT_CHANNEL,
  bytes: json([CLUSTER_VERSION, a, epoch, 1, { feed: 0.5 }]),
});
FORGED["a request in the name of no node"] = ({ b }) => ({
  channel: requestChannel(b),
  bytes: json(["load", 1, "n:x"]),
});
FORGED["a reply without records"] = ({ b, epoch }) => ({
  channel: requestChannel(b),
  bytes: json(["part", 1, epoch, 1, true, null]),
});
FORGED["a question without a number"] = ({ a, b }) => ({
  channel: callsChannel(b),
  bytes: json([CLUSTER_VERSION, "ask", a, null, "info", null]),
});
const message = (name: string, ...[action, id, data]: [Action, string, string]): void => {
  FORGED[name] = ({ a, b }) => ({ channel: nodeChannel(b), bytes: messageFrame(a, action, id, data) });
};
message("a close that is not JSON", "close", "b1", "{");
message("a close without a code", "close", "b1", '["x","y"]');
message("a close with a reason that is no text", "close", "b1", "[4000,{}]");
message("a message to no session", "send", "", "x");
message("a join of a long name", "join", "b1", "x".repeat(1_100_000));
FORGED["a close of a whole room"] = ({ a }) => ({
  channel: "r:r",
  bytes: messageFrame(a, "close", "b1", '[4000,""]'),
});
FORGED["a text that is no UTF-8"] = ({ a }) => {
  const bytes = Buffer.from(messageFrame(a, "send", "", "abcd"));
  bytes[bytes.length - 2] = 0xff;
  return { channel: "r:r", bytes };
};
FORGED["no bytes"] = () => ({ channel: "r:r", bytes: new Uint8Array() });
FORGED["a running number without an end"] = ({ a }) => {
  const whole = messageFrame(a, "send", "", "abcd");
  const head = whole.indexOf(1, 1 + 1 + a.length + 1 + 16);
  return {
    channel: "r:r",
    bytes: Buffer.concat([whole.subarray(0, head), Buffer.alloc(40, 0xff), whole.subarray(head)]),
  };
};

test.each(Object.keys(FORGED))(
  "a node refuses %s: it is counted, reported and changes nothing",
  async (name) => {
    const last: { delta: unknown[] } = { delta: [] };
    const { a, b } = await pair();
    a.backplane.changed = (channel, frame) => {
      if (channel === DIRECTORY_CHANNEL) last.delta = JSON.parse(Buffer.from(frame).toString()) as unknown[];
      return frame;
    };
    a.node.join("a1", "last");
    await expect.poll(() => b.node.memberCount("last"), patience).toBe(1);
    const [, , epoch, sequence] = last.delta as [number, string, string, number];
    const { channel, bytes } = FORGED[name]!({ a: a.node.id, b: b.node.id, epoch, next: sequence + 1 });
    const before = stateOf(b);
    b.backplane.deliver(channel, bytes);
    expect([refused(b), stateOf(b)]).toEqual([1, before]);
    expect(b.node.events.filter((event) => event.startsWith("malformed"))).toHaveLength(1);
    a.node.join("a1", "after");
    await expect.poll(() => b.node.memberCount("after"), patience).toBe(1);
    await expect.poll(() => b.node.digest() === a.node.digest(), patience).toBe(true);
  },
);
