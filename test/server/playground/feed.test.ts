// The subscribers of the playground's events: first everything, then changes, at a bounded rate.
import { expect, test } from "vitest";
import type { FeedSocket } from "../../../src/front/websocket/feed-sockets.ts";
import { Feed } from "../../../src/server/playground/feed.ts";
import type { Sections } from "../../../src/server/playground/snapshot.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const NONE = { total: 0, shown: [] };
const EMPTY: Sections = {
  app: { name: "tea", folder: "/tea", startedAt: 0, node: "v24", reloadsSaves: true },
  routes: NONE,
  rooms: NONE,
  sessions: NONE,
  faults: NONE,
  reloads: NONE,
};

class Socket implements FeedSocket {
  bufferedAmount = 0;
  readonly messages: Record<string, unknown>[] = [];
  isTerminated = false;
  #onClose: () => void = () => undefined;

  send(text: string): void {
    this.messages.push(JSON.parse(text));
  }
  terminate(): void {
    this.isTerminated = true;
    this.close();
  }
  on(_event: "close", listener: () => void): void {
    this.#onClose = listener;
  }
  close(): void {
    this.#onClose();
  }
}

function setUp() {
  const clock = new VirtualClock();
  const taken = { count: 0, cost: 0 };
  const state = { now: EMPTY };
  const feed = new Feed(clock, () => {
    taken.count += 1;
    if (taken.cost > 0) clock.advance(taken.cost);
    return state.now;
  });
  const add = (): Socket => {
    const socket = new Socket();
    feed.add(socket);
    return socket;
  };
  const rooms = (members: number): void => {
    state.now = { ...state.now, rooms: { total: 1, shown: [{ name: "tea", members }] } };
  };
  return { clock, feed, taken, add, rooms };
}

test("a subscriber gets a snapshot with the version of the format at once", () => {
  const { add } = setUp();
  expect(add().messages).toEqual([{ type: "snapshot", version: 1, at: 0, ...EMPTY }]);
});

test("later messages have only the sections that have changed", () => {
  const { clock, add, rooms } = setUp();
  const socket = add();
  rooms(1);
  clock.advance(250);
  expect(socket.messages.slice(1)).toEqual([
    { type: "change", at: 250, rooms: { total: 1, shown: [{ name: "tea", members: 1 }] } },
  ]);
});

test("nothing is sent while nothing changes", () => {
  const { clock, add } = setUp();
  const socket = add();
  clock.advance(10_000);
  expect(socket.messages).toHaveLength(1);
});

test("many changes within 250 ms are one message", () => {
  const { clock, add, rooms } = setUp();
  const socket = add();
  for (let members = 1; members <= 100; members++) rooms(members);
  clock.advance(250);
  expect(socket.messages).toHaveLength(2);
});

test("a subscriber that reads slowly gets the newest state when it has read, and nothing is kept for it", () => {
  const { clock, add, rooms } = setUp();
  const [slow, quick] = [add(), add()];
  slow.bufferedAmount = 1;
  for (let members = 1; members <= 5; members++) {
    rooms(members);
    clock.advance(250);
  }
  expect([slow.messages.length, quick.messages.length]).toEqual([1, 6]);
  slow.bufferedAmount = 0;
  clock.advance(250);
  expect(slow.messages.at(-1)).toMatchObject({ rooms: { shown: [{ members: 5 }] } });
  expect(slow.messages).toHaveLength(2);
});

test("a subscriber that has not read for 30 s is disconnected", () => {
  const { clock, feed, add } = setUp();
  const socket = add();
  socket.bufferedAmount = 1;
  clock.advance(30_000);
  expect(socket.isTerminated).toBe(false);
  clock.advance(1000);
  expect([socket.isTerminated, feed.size]).toEqual([true, 0]);
});

test("the state is not read while there is no subscriber", () => {
  const { clock, taken, add } = setUp();
  const socket = add();
  socket.close();
  clock.advance(250);
  const { count } = taken;
  clock.advance(60_000);
  expect([taken.count, clock.waiting]).toEqual([count, 0]);
});

test("reading a state that takes long is a fiftieth of the time at most", () => {
  const { clock, taken, add } = setUp();
  add();
  taken.cost = 20;
  const { count } = taken;
  clock.advance(10_000);
  expect(taken.count - count).toBeLessThanOrEqual(10);
});
