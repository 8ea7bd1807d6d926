import { beforeEach, describe, expect, test } from "vitest";
import type { ScriptEvent } from "../../../src/boundary/events.ts";
import { Dispatcher } from "../../../src/front/dispatch/dispatcher.ts";
import { InboundShare } from "../../../src/front/flow/inbound-share.ts";
import { FakeHost, FakeLoop } from "../../support/fake-host.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const LIMITS = { batchEvents: 256, batchBytes: 1 << 20, waitingEvents: 10_000, waitingBytes: 1 << 24 };
const say = (data: string, session: number): ScriptEvent => ({ kind: "message", session, data });

let clock: VirtualClock;
let loop: FakeLoop;
let host: FakeHost;
let dispatcher: Dispatcher;
let shares: Map<number, InboundShare>;

beforeEach(() => {
  clock = new VirtualClock();
  loop = new FakeLoop();
  shares = new Map();
  dispatcher = new Dispatcher({ loop, clock }, LIMITS, {
    onDone: () => undefined,
    onLost: () => undefined,
    onPressure: () => undefined,
    shareOf,
    onRelieved: () => undefined,
    takeChanges: () => [],
  });
  const nothing = (): void => undefined;
  host = new FakeHost(1, {
    onReady: nothing,
    onCommit: (commit) => void dispatcher.acknowledge(commit),
    onLog: nothing,
    onExit: nothing,
    onFollow: () => [],
    onQuestion: nothing,
  });
  dispatcher.connect(host, []);
});

/** Each session has a share from its first message on. */
function shareOf(session: number): InboundShare {
  const share = shares.get(session) ?? new InboundShare(null);
  shares.set(session, share);
  return share;
}

/** The host handles its batch, which takes `ms` for each event. */
function handle(ms: number): string[] {
  const { last } = host;
  clock.advance(ms * last.length);
  host.done();
  return last;
}

describe("a session that sends without pause", () => {
  test("delays a message of another session by one batch, whose length the handlers' time decides", () => {
    for (let at = 0; at < 5000; at += 1) dispatcher.push(say(`flood ${at}`, 1));
    loop.turn();
    for (let round = 0; round < 10; round += 1) handle(0.2);
    dispatcher.push(say("honest", 2));
    const from = clock.ticks();
    let batches = 0;
    while (!host.last.includes("honest")) {
      handle(0.2);
      batches += 1;
    }
    expect(batches).toBe(1);
    expect(host.last.indexOf("honest")).toBeLessThanOrEqual(1);
    expect(clock.ticks() - from).toBeLessThan(15);
  });

  test("does not get its turn before another host's session is handed over", () => {
    for (let at = 0; at < 600; at += 1) dispatcher.push(say(`flood ${at}`, 1));
    loop.turn();
    dispatcher.push({ kind: "takeover", sessions: [], reason: "reload" });
    dispatcher.push(say("of the session that is handed over", 2));
    const order: string[] = [];
    while (!order.includes("of the session that is handed over")) {
      host.done();
      order.push(...host.last);
    }
    expect(order.indexOf("takeover")).toBeLessThan(order.indexOf("of the session that is handed over"));
    expect(order.indexOf("takeover")).toBeGreaterThanOrEqual(0);
  });

  test("does not get its turn with old files of a program, nor does a session behind runs of its modules", () => {
    for (let at = 0; at < 600; at += 1) dispatcher.push(say(`flood ${at}`, 1));
    loop.turn();
    for (let at = 0; at < 40; at += 1) dispatcher.push({ kind: "run", script: "program dirigible", due: at });
    dispatcher.push({ kind: "files", script: "program dirigible", files: [] });
    dispatcher.push(say("after the change", 2));
    const order: string[] = [];
    while (!order.includes("after the change")) {
      host.done();
      order.push(...host.last);
    }
    expect(order).toContain("files");
    expect(order.indexOf("files")).toBeLessThan(order.indexOf("after the change"));
  });

  test("has no more turns than the others after events of a session that has moved were taken out", () => {
    for (let at = 0; at < 600; at += 1) dispatcher.push(say(`flood ${at}`, 1));
    dispatcher.push(say("moves", 3));
    dispatcher.push(say("honest", 2));
    expect(dispatcher.extract({ has: (session) => session === 3 })).toHaveLength(1);
    loop.turn();
    expect(host.last).toContain("honest");
  });

  test("gets full batches while its handlers are fast", () => {
    for (let at = 0; at < 5000; at += 1) dispatcher.push(say(`flood ${at}`, 1));
    loop.turn();
    for (let round = 0; round < 10; round += 1) expect(handle(0.005)).toHaveLength(256);
  });

  test("leaves one event in turn to each of a hundred others, and all orders are kept", () => {
    for (let at = 0; at < 1000; at += 1) dispatcher.push(say(`0 ${at}`, 1));
    for (let session = 2; session <= 101; session += 1)
      for (let at = 0; at < 5; at += 1) dispatcher.push(say(`${session} ${at}`, session));
    loop.turn();
    const all: string[] = [];
    while (dispatcher.waiting > 0) all.push(...handle(0));
    expect(all).toHaveLength(1500);
    expect(all.slice(0, 101).filter((text) => text.startsWith("0 "))).toHaveLength(1);
    for (let session = 2; session <= 101; session += 1)
      expect(all.filter((text) => text.startsWith(`${session} `)).map((text) => text.split(" ")[1])).toEqual([
        "0",
        "1",
        "2",
        "3",
        "4",
      ]);
  });

  test("is forgotten by the pace as soon as its events are fast", () => {
    for (let at = 0; at < 20_000; at += 1) dispatcher.push(say(`flood ${at}`, 1));
    loop.turn();
    handle(100);
    for (let round = 0; round < 10; round += 1) handle(100);
    expect(host.last.length).toBe(32);
    for (let round = 0; round < 40; round += 1) handle(0.001);
    expect(host.last).toHaveLength(256);
  });
});

test("a message of a session that has ended meanwhile is counted once", () => {
  const share = new InboundShare(null);
  share.offer(3);
  const message = { kind: "message", session: 1, data: "bye", share } as const;
  dispatcher.push(message);
  loop.turn();
  share.end();
  host.done();
  expect(share.flow.snapshot(["closed"])).toMatchObject({ offered: 1, delivered: 0, queued: 0 });
});

test("events that one batch can take come in the order of their arrival", () => {
  for (let at = 0; at < 60; at += 1) dispatcher.push(say(String(at), at % 3));
  loop.turn();
  expect(host.last).toEqual(Array.from({ length: 60 }, (_, at) => String(at)));
});

test("events beyond one batch keep that order, as long as no session has more than 32 of them", () => {
  for (let at = 0; at < 640; at += 1) dispatcher.push(say(String(at), at % 20));
  loop.turn();
  const all: string[] = [];
  while (dispatcher.waiting > 0) all.push(...handle(0));
  expect(all).toEqual(Array.from({ length: 640 }, (_, at) => String(at)));
});

test("events that are delivered again come first, in order, and before newer ones of every session", () => {
  for (let at = 0; at < 1000; at += 1) dispatcher.push(say(`old ${at}`, at % 7));
  loop.turn();
  const before = host.last;
  dispatcher.disconnect({ reason: "", event: 0, phase: "timer", promised: [] });
  dispatcher.connect(host, []);
  loop.turn();
  expect(host.last.slice(0, before.length)).toEqual(before);
});

test("the messages of a session that wait are known, until their handlers are done", () => {
  const share = new InboundShare(null);
  shares.set(1, share);
  for (const text of ["one", "two", "three"]) {
    share.offer(text.length);
    dispatcher.push(say(text, 1));
  }
  expect(share).toMatchObject({ waiting: 3, bytes: 11 });
  loop.turn();
  host.done({ pending: [2] });
  expect(share).toMatchObject({ waiting: 0, bytes: 0 });
  expect(share.flow).toMatchObject({ offered: 3, delivered: 2, queued: 1 });
  dispatcher.acknowledge({ ...EMPTY, through: 3, settled: [2] });
  expect(share.flow).toMatchObject({ delivered: 3, queued: 0 });
});

test("a message that its host discards is dropped as closed", () => {
  const share = new InboundShare(null);
  shares.set(1, share);
  for (const text of ["one", "two"]) {
    share.offer(text.length);
    dispatcher.push(say(text, 1));
  }
  loop.turn();
  host.done({ discarded: [2] });
  expect(share.flow.snapshot(["closed"])).toMatchObject({ delivered: 1, queued: 0, dropped: { closed: 1 } });
});

const EMPTY = {
  ...{ pending: [], waiting: [], settled: [], commands: [], discarded: [], refused: 0, urgent: false },
};
