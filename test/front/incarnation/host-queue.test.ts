import { beforeEach, expect, test } from "vitest";
import type { Commit } from "../../../src/boundary/batch.ts";
import type { CommitReceipt } from "../../../src/boundary/host.ts";
import { HostQueue } from "../../../src/front/incarnation/host-queue.ts";
import { TurnSlices } from "../../../src/front/incarnation/turn-slices.ts";
import { commit, FakeLoop } from "../../support/fake-host.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

/** What a command of these tests costs the front, ms. */
const COST = 0.5;
const BIG = 2000;
/** The number of an event that was not delivered. */
const UNKNOWN = 99;

let clock: VirtualClock;
let loop: FakeLoop;
let done: string[];
let slices: TurnSlices;
beforeEach(() => {
  clock = new VirtualClock();
  loop = new FakeLoop();
  done = [];
  slices = new TurnSlices({ clock, loop });
});

function queueOf(name: string): HostQueue {
  const output = {
    apply: () => undefined,
    play: (list: readonly unknown[], at: number) => {
      if (list[at] === "wrong") throw new Error("unknown command");
      clock.advance(COST);
      done.push(`${name} ${String(list[at])}`);
      return at + 400;
    },
    flush: () => void done.push("flush"),
    slices,
  };
  return new HostQueue(
    { time: { clock, loop }, output },
    {
      onCommit: ({ through, commands }) => {
        for (const command of commands) done.push(`${name} ${String(command)}`);
        done.push(`${name} acknowledged ${through}`);
      },
      problemWith: ({ through }) => (through === UNKNOWN ? "it was not delivered" : null),
    },
  );
}

function receipt(name: string): CommitReceipt {
  return {
    onApplied: () => void done.push(`${name} applied`),
    onRefused: (error) => void done.push(`${name} refused: ${String(error)}`),
  };
}

const big = (through: number): Commit =>
  commit(through, { commands: Array.from({ length: BIG }, (_, at) => at) });

test("a small commit takes effect at once", () => {
  queueOf("a").commit(commit(1, { commands: ["hi"] }), receipt("a"));
  expect(done).toEqual(["a hi", "a acknowledged 1", "a applied"]);
});

test("a large commit is played in slices, and its acknowledgement and all that follows wait for the whole of it", () => {
  const queue = queueOf("a");
  queue.commit(big(1), receipt("a"));
  queue.commit(commit(2, { commands: [7] }), receipt("a"));
  queue.inOrder(() => void done.push("a exits"));
  expect(done).toEqual([]);
  loop.once();
  expect(done).toEqual(["a 0", "a 400", "a 800", "a 1200", "a 1600", "flush"]);
  loop.turn();
  expect(done.slice(6)).toEqual([
    ...["a acknowledged 1", "a applied"],
    ...["a 7", "a acknowledged 2", "a applied", "a exits"],
  ]);
  expect(queue.isEmpty).toBe(true);
});

test("two hosts take turns", () => {
  const [a, b] = [queueOf("a"), queueOf("b")];
  for (const queue of [a, b]) queue.commit(big(1), receipt(""));
  loop.once();
  expect(done.every((line) => !line.startsWith("b"))).toBe(true);
  done = [];
  loop.once();
  expect(done.every((line) => !line.startsWith("a"))).toBe(true);
  loop.turn();
  expect(done.filter((line) => line.endsWith("acknowledged 1")).sort()).toEqual([
    "a acknowledged 1",
    "b acknowledged 1",
  ]);
});

test("small commits that take long together have their slice of a turn, too", () => {
  const queue = queueOf("a");
  const slow = new HostQueue(
    { time: { clock, loop }, output: { apply() {}, play: () => 1, flush() {}, slices } },
    {
      onCommit: ({ through }) => {
        clock.advance(1.5);
        done.push(String(through));
      },
      problemWith: () => null,
    },
  );
  for (const number of [1, 2, 3, 4]) slow.commit(commit(number), receipt(""));
  expect(done.filter((line) => line !== " applied")).toEqual(["1", "2"]);
  queue.commit(commit(9), receipt("a"));
  expect(done).toContain("a acknowledged 9");
  loop.turn();
  expect(done.filter((line) => /^\d$/.test(line))).toEqual(["1", "2", "3", "4"]);
});

test("waiting commits are applied as a whole when the incarnation is given up", () => {
  const queue = queueOf("a");
  queue.commit(big(1), receipt("a"));
  loop.once();
  queue.commit(big(2), receipt("a"));
  queue.finish();
  expect(done.filter((line) => line.includes("acknowledged"))).toEqual([
    "a acknowledged 1",
    "a acknowledged 2",
  ]);
  expect(queue.isEmpty).toBe(true);
});

test("the parts of a commit are read in slices, all of them before the first command is played", () => {
  const queue = queueOf("a");
  const read: string[] = [];
  const part = (name: string) => () => (read.push(name), done.push(`reads ${name}`), [name]);
  queue.commit({ ...commit(1, { commands: ["first"] }), parts: [part("p1"), part("p2")] }, receipt("a"));
  expect(read).toEqual([]);
  loop.turn();
  expect(done.filter((line) => line !== "flush")).toEqual([
    ...["reads p1", "reads p2", "a first", "a p1", "a p2"],
    ...["a acknowledged 1", "a applied"],
  ]);
});

test("a commit with a command that is none is not acknowledged, and its host is refused", () => {
  const queue = queueOf("a");
  queue.commit({ ...commit(1), parts: [() => ["wrong"]] }, receipt("a"));
  queue.inOrder(() => void done.push("a exits"));
  loop.turn();
  expect(done).toEqual(["a refused: Error: unknown command", "a exits"]);
});

const unreadable = (): never => {
  throw new Error("no list");
};

test("a commit whose last part is wrong has no effect at all, and neither have those after it", () => {
  const queue = queueOf("a");
  const parts = [() => [2], () => [3], unreadable];
  queue.commit({ ...commit(1, { commands: [1] }), parts }, receipt("a"));
  queue.commit(commit(2, { commands: [4] }), receipt("a"));
  queue.inOrder(() => void done.push("a exits"));
  loop.turn();
  expect(done).toEqual(["a refused: Error: no list", "a exits"]);
});

test("a large commit that acknowledges what was not delivered has no effect at all", () => {
  const queue = queueOf("a");
  queue.commit({ ...commit(UNKNOWN, { commands: [1] }), parts: [() => [2]] }, receipt("a"));
  loop.turn();
  expect(done).toEqual(["a refused: Error: it was not delivered"]);
});

test("the parts of an immense commit are not all kept: the later ones are read again when they are played", () => {
  const queue = queueOf("a");
  const reads = Array<number>(26).fill(0);
  const part = (at: number) => () => ((reads[at] = (reads[at] ?? 0) + 1), [at]);
  queue.commit({ ...commit(1), parts: reads.map((_, at) => part(at)) }, receipt("a"));
  loop.turn();
  expect(reads).toEqual([...Array<number>(24).fill(1), 2, 2]);
  expect(done.filter((line) => /^a \d+$/.test(line))).toEqual(reads.map((_, at) => `a ${at}`));
});

test("lists that have been played are emptied: their reader keeps them, and they keep all that they hold", () => {
  const queue = queueOf("a");
  const lists = [[1], [2], [3]];
  const [small, first, part] = lists as [number[], number[], number[]];
  queue.commit(commit(1, { commands: small }), receipt("a"));
  queue.commit({ ...commit(2, { commands: first }), parts: [() => part] }, receipt("a"));
  loop.turn();
  expect(done.filter((line) => /^a \d$/.test(line))).toEqual(["a 1", "a 2", "a 3"]);
  expect(lists).toEqual([[], [], []]);
});

test("frames do not pile up where each flush takes long", () => {
  let held = 0;
  const flushes: number[] = [];
  const output = {
    apply: () => undefined,
    play: (_list: readonly unknown[], at: number) => (clock.advance(0.03), (held += 1), at + 1),
    flush: () => (flushes.push(held), clock.advance(held * 0.05), (held = 0)),
    slices,
  };
  const queue = new HostQueue(
    { time: { clock, loop }, output },
    { onCommit: () => undefined, problemWith: () => null },
  );
  queue.commit(commit(1, { commands: Array<number>(20_000).fill(1) }), receipt("a"));
  for (let turn = 0; turn < 1000 && !queue.isEmpty; turn += 1) loop.once();
  expect(queue.isEmpty).toBe(true);
  expect(Math.max(...flushes)).toBeLessThan(200);
});
