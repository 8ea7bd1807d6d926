import { beforeEach, describe, expect, test } from "vitest";
import { Dispatcher } from "../../../src/front/dispatch/dispatcher.ts";
import type { DispatchLimits } from "../../../src/front/dispatch/event-queue.ts";
import type { RequestHead, ScriptEvent } from "../../../src/boundary/events.ts";
import { anyHandshake } from "../../support/any-session.ts";
import { commit, FakeHost, FakeLoop } from "../../support/fake-host.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import type { DirectoryChange } from "../../../src/boundary/directory-record.ts";
import type { HostExit, HostListener } from "../../../src/boundary/host.ts";

const LIMITS: DispatchLimits = { batchEvents: 4, batchBytes: 1000, waitingEvents: 10, waitingBytes: 2000 };

const say = (text: string, session = 1): ScriptEvent => ({ kind: "message", session, data: text });
const open = (session = 1): ScriptEvent => ({ kind: "open", session, handshake: anyHandshake("a") });
const close = (session = 1): ScriptEvent => ({ kind: "close", session, code: 1000, reason: "" });
const takeover: ScriptEvent = { kind: "takeover", sessions: [], reason: "crash" };
const anyRequest = (): RequestHead => ({
  request: 1,
  script: "http /a",
  route: "/a",
  method: "POST",
  url: "http://localhost/a",
  headers: [],
  address: "",
  params: null,
});
const exit = (more: Partial<HostExit>): HostExit => ({
  reason: "",
  event: 0,
  phase: "event",
  promised: [],
  ...more,
});

let loop: FakeLoop;
let noted: string[];
let changes: DirectoryChange[];
let dispatcher: Dispatcher;
let host: FakeHost;

function freshHost(): FakeHost {
  const nothing = (): void => undefined;
  const listener = {
    onReady: nothing,
    onCommit: (acknowledged: Parameters<HostListener["onCommit"]>[0]) =>
      void dispatcher.acknowledge(acknowledged),
    onLog: nothing,
    onExit: nothing,
    onFollow: () => [],
    onQuestion: nothing,
  };
  return new FakeHost(1, listener);
}

function begin(limits: Partial<DispatchLimits> = {}): void {
  loop = new FakeLoop();
  noted = [];
  changes = [];
  dispatcher = new Dispatcher(
    { loop, clock: new VirtualClock() },
    { ...LIMITS, ...limits },
    {
      onDone: (event) => void noted.push(`done ${event.kind}`),
      onLost: (event, why) =>
        void noted.push(`${why} ${event.kind === "message" ? String(event.data) : event.kind}`),
      onPressure: (high) => void noted.push(high ? "high" : "low"),
      shareOf: () => null,
      onRelieved: () => undefined,
      takeChanges: () => changes.splice(0),
    },
  );
  host = freshHost();
  dispatcher.connect(host, []);
}

/** The host ends, and a new one starts. */
function restart(end: Partial<HostExit>): ScriptEvent | null {
  const { culprit } = dispatcher.disconnect(exit(end));
  host = freshHost();
  dispatcher.connect(host, [takeover]);
  loop.turn();
  return culprit;
}

/** All events that the host gets from now on, each batch acknowledged as done. */
function rest(): string[] {
  const all: string[] = [];
  for (let seen = -1; seen !== host.batches.length;) {
    seen = host.batches.length;
    all.push(...host.last);
    host.done();
  }
  return all;
}

beforeEach(() => begin());

describe("batches", () => {
  test("events of one turn are delivered together, numbered", () => {
    for (const text of ["a", "b"]) dispatcher.push(say(text));
    expect(host.batches).toEqual([]);
    loop.turn();
    expect(host.batches).toHaveLength(1);
    expect(host.batches[0]).toMatchObject({ first: 1, changes: [] });
    expect(host.last).toEqual(["a", "b"]);
  });

  test("one batch is in flight, and events that come meanwhile are the next one", () => {
    dispatcher.push(say("a"));
    loop.turn();
    for (const text of ["b", "c"]) dispatcher.push(say(text));
    loop.turn();
    expect(host.batches).toHaveLength(1);
    host.done();
    expect(host.last).toEqual(["b", "c"]);
    expect(host.batches[1]?.first).toBe(2);
  });

  test("the next batch waits until all events of a batch are acknowledged", () => {
    for (const text of ["a", "b", "c"]) dispatcher.push(say(text));
    loop.turn();
    dispatcher.push(say("d"));
    expect(dispatcher.acknowledge(commit(2))).toBe(false);
    loop.turn();
    expect(host.batches).toHaveLength(1);
    expect(dispatcher.acknowledge(commit(3))).toBe(true);
    expect(host.last).toEqual(["d"]);
  });

  test("a batch is bounded by count and by bytes", () => {
    for (const text of ["a", "b", "c", "d", "e"]) dispatcher.push(say(text));
    loop.turn();
    expect(host.last).toHaveLength(4);
    host.done();
    expect(host.last).toEqual(["e"]);
    host.done();
    for (const size of [600, 600, 600]) dispatcher.push(say("x".repeat(size)));
    loop.turn();
    expect(host.last).toHaveLength(2);
    host.done();
    expect(host.last).toHaveLength(1);
  });

  test("1 MiB of messages is several batches, and a longer message ends its batch", () => {
    begin({ batchEvents: 256, batchBytes: 1 << 20, waitingBytes: 1 << 26 });
    for (const size of [1 << 19, 1 << 19, 1, 3 << 20, 1]) dispatcher.push(say("x".repeat(size)));
    loop.turn();
    expect(host.last.map(({ length }) => length)).toEqual([1 << 19, 1 << 19]);
    host.done();
    expect(host.last.map(({ length }) => length)).toEqual([1, 3 << 20]);
    host.done();
    expect(host.last.map(({ length }) => length)).toEqual([1]);
  });

  test("directory changes are delivered with events or alone, and need no acknowledgement", () => {
    changes.push({ kind: "removed", ref: 7 });
    dispatcher.wake();
    loop.turn();
    expect(host.batches).toMatchObject([{ first: 1, events: [], changes: [{ ref: 7 }] }]);
    dispatcher.push(say("a"));
    loop.turn();
    expect(host.batches[1]).toMatchObject({ first: 1, changes: [] });
    dispatcher.wake();
    changes.push({ kind: "removed", ref: 8 });
    host.done();
    expect(host.batches[2]).toMatchObject({ first: 2, events: [], changes: [{ ref: 8 }] });
  });

  test("a long queue is delivered without a loss", () => {
    begin({ batchEvents: 256, waitingEvents: 1e6 });
    const texts = Array.from({ length: 20_000 }, (_, index) => String(index));
    for (const text of texts) dispatcher.push(say(text));
    loop.turn();
    expect(rest()).toEqual(texts);
    expect(dispatcher.isIdle).toBe(true);
  });
});

describe("acknowledgements", () => {
  test("pending and waiting events settle after the done ones", () => {
    for (const event of [open(), close(), open(2)]) dispatcher.push(event);
    loop.turn();
    host.done({ pending: [1], waiting: [2] });
    expect(noted).toEqual(["done open"]);
    expect([dispatcher.pending, dispatcher.waiting]).toEqual([1, 1]);
    dispatcher.acknowledge(commit(3, { settled: [1], pending: [2] }));
    expect(noted).toEqual(["done open", "done open"]);
    dispatcher.acknowledge(commit(3, { settled: [2] }));
    expect(noted.at(-1)).toBe("done close");
    expect(dispatcher.isIdle).toBe(true);
  });

  test("the next batch does not wait for promises", () => {
    dispatcher.push(say("a"));
    loop.turn();
    dispatcher.push(say("b"));
    host.done({ pending: [1] });
    expect(host.last).toEqual(["b"]);
  });
});

describe("after a fault", () => {
  test("unacknowledged events are delivered again, in order, before newer ones, without the culprit", () => {
    for (const text of ["a", "b", "c", "d"]) dispatcher.push(say(text));
    loop.turn();
    dispatcher.push(say("new"));
    expect(restart({ event: 3 })).toEqual(say("c"));
    expect(noted).toEqual(["culprit c"]);
    expect(rest()).toEqual(["takeover", "a", "b", "d", "new"]);
    expect(dispatcher.isIdle).toBe(true);
  });

  test("a batch that is acknowledged in part is delivered again from there", () => {
    for (const text of ["a", "b", "c", "d"]) dispatcher.push(say(text));
    loop.turn();
    dispatcher.acknowledge(commit(2));
    expect(restart({ event: 3 })).toEqual(say("c"));
    expect(rest()).toEqual(["takeover", "d"]);
  });

  test("an acknowledged event is never the culprit", () => {
    for (const text of ["a", "b"]) dispatcher.push(say(text));
    loop.turn();
    dispatcher.acknowledge(commit(2));
    expect(restart({ event: 2 })).toBeNull();
    expect(rest()).toEqual(["takeover"]);
  });

  test("pending events are interrupted, and events that waited behind them come first", () => {
    for (const text of ["a", "b", "c"]) dispatcher.push(say(text));
    loop.turn();
    host.done({ pending: [1], waiting: [2, 3] });
    for (const text of ["d", "e"]) dispatcher.push(say(text));
    loop.turn();
    expect(restart({ event: 4 })).toEqual(say("d"));
    // The payload is not kept: a pending event is never delivered again.
    expect(noted).toEqual(["culprit d", "interrupted "]);
    expect(rest()).toEqual(["takeover", "b", "c", "e"]);
  });

  test("an event that waited can be the culprit", () => {
    for (const text of ["a", "b", "c"]) dispatcher.push(say(text));
    loop.turn();
    host.done({ pending: [1], waiting: [2, 3] });
    expect(restart({ event: 2 })).toEqual(say("b"));
    expect(rest()).toEqual(["takeover", "c"]);
  });

  test("handlers that returned a promise before the commit are not run again", () => {
    for (const text of ["a", "b", "c"]) dispatcher.push(say(text));
    loop.turn();
    expect(restart({ event: 3, promised: [1] })).toEqual(say("c"));
    expect(noted).toEqual(["culprit c", "interrupted a"]);
    expect(rest()).toEqual(["takeover", "b"]);
  });

  test("a fault in a timer or a tick has no culprit, and all events come again", () => {
    for (const phase of ["timer", "tick", "idle"] as const) {
      begin();
      for (const text of ["a", "b"]) dispatcher.push(say(text));
      loop.turn();
      expect(restart({ event: 2, phase })).toBeNull();
      expect(rest()).toEqual(["takeover", "a", "b"]);
    }
  });

  test("a fault in the microtasks of a batch of one event is blamed on that event", () => {
    dispatcher.push(say("bad"));
    loop.turn();
    expect(restart({ event: 1, phase: "microtasks" })).toEqual(say("bad"));
    expect(noted).toEqual(["culprit bad"]);
  });

  test("a fault in the microtasks of a batch is blamed on an event once each is delivered alone", () => {
    for (const text of ["a", "bad", "c"]) dispatcher.push(say(text));
    loop.turn();
    expect(restart({ event: 3, phase: "microtasks" })).toBeNull();
    expect(host.last).toEqual(["takeover"]);
    host.done();
    expect(host.last).toEqual(["a"]);
    host.done();
    expect(host.last).toEqual(["bad"]);
    expect(restart({ event: host.batches.at(-1)?.first ?? 0, phase: "microtasks" })).toEqual(say("bad"));
    expect(noted).toEqual(["done takeover", "culprit bad"]);
    expect(rest()).toEqual(["takeover", "c"]);
    for (const text of ["d", "e"]) dispatcher.push(say(text));
    loop.turn();
    expect(host.last).toEqual(["d", "e"]);
  });

  test("a host that ends twice when it has handled an event, and before its commit, does so by that event", () => {
    for (const text of ["bad", "b"]) dispatcher.push(say(text));
    loop.turn();
    expect(restart({ event: 1, phase: "idle" })).toBeNull();
    host.done();
    expect(host.last).toEqual(["bad"]);
    expect(restart({ event: host.batches.at(-1)?.first ?? 0, phase: "idle" })).toEqual(say("bad"));
    expect(noted).toEqual(["done takeover", "culprit bad"]);
    expect(rest()).toEqual(["takeover", "b"]);
  });

  test("two crashes in a row deliver each event once more, with one takeover", () => {
    for (const text of ["a", "b"]) dispatcher.push(say(text));
    loop.turn();
    restart({ event: 1, phase: "timer" });
    restart({ event: 0, phase: "idle" });
    expect(rest()).toEqual(["takeover", "a", "b"]);
    expect(dispatcher.waiting).toBe(0);
  });

  test("connecting a host returns the number of its first event beyond the takeover", () => {
    dispatcher.push(say("a"));
    loop.turn();
    host.done();
    dispatcher.disconnect(exit({}));
    host = freshHost();
    expect(dispatcher.connect(host, [takeover])).toBe(3);
  });

  test("dropping returns all events that wait", () => {
    for (const text of ["a", "b"]) dispatcher.push(say(text));
    loop.turn();
    dispatcher.push(say("c"));
    dispatcher.disconnect(exit({ event: 1 }));
    expect(dispatcher.drop()).toEqual([say("b"), say("c")]);
    expect(dispatcher.isIdle).toBe(true);
  });
});

describe("pressure", () => {
  test("reading pauses above the limit and resumes at half of it", () => {
    for (let count = 0; count < 10; count += 1) dispatcher.push(say("x"));
    expect(noted).toEqual([]);
    dispatcher.push(say("x"));
    expect(noted).toEqual(["high"]);
    loop.turn();
    host.done();
    expect(noted).toEqual(["high"]);
    host.done();
    expect(noted).toEqual(["high", "low"]);
    expect(dispatcher.waiting).toBe(3);
  });

  test("reading pauses above the limit of bytes", () => {
    dispatcher.push(say("x".repeat(2001)));
    dispatcher.push(say("y"));
    expect(noted).toEqual(["high"]);
    loop.turn();
    host.done();
    expect(noted).toEqual(["high", "low"]);
  });

  test.each<[string, ScriptEvent]>([
    [
      "an outbound connection",
      { kind: "clientMessage", script: "program bolt/a", client: 1, data: "x".repeat(2001) },
    ],
    ["a request", { kind: "request", head: anyRequest(), body: new Uint8Array(2001) }],
  ])("the bytes of %s count towards the limit", (_who, event) => {
    dispatcher.push(event);
    expect(noted).toEqual(["high"]);
    loop.turn();
    host.done();
    expect(noted).toEqual(["high", `done ${event.kind}`, "low"]);
  });

  test("events that wait behind a promise count towards the limit, and the pending one does not", () => {
    for (let count = 0; count < 11; count += 1) dispatcher.push(say("x"));
    loop.turn();
    host.done({ pending: [1], waiting: [2, 3, 4] });
    host.done({ waiting: [5, 6, 7, 8] });
    host.done({ waiting: [9, 10, 11] });
    expect(noted).toEqual(["high"]);
    dispatcher.acknowledge(commit(11, { settled: [1, 2, 3, 4, 5] }));
    expect(noted).toEqual(["high"]);
    dispatcher.acknowledge(commit(11, { settled: [6] }));
    expect(noted).toEqual(["high", "low"]);
  });

  test("the next incarnation gets no events of connections that the previous one had opened", () => {
    const heard = (text: string): ScriptEvent => ({
      ...{ kind: "clientMessage", script: "program bolt/a", client: 1, data: text },
    });
    for (const event of [heard("delivered"), say("a")]) dispatcher.push(event);
    loop.turn();
    for (const event of [heard("queued"), say("b")]) dispatcher.push(event);
    expect(host.last).toEqual(["delivered", "a"]);
    dispatcher.disconnect(exit({}));
    const next = freshHost();
    dispatcher.connect(next, [takeover]);
    loop.turn();
    expect(next.last).toEqual(["takeover", "a", "b"]);
    next.done();
    expect(dispatcher.waiting).toBe(0);
  });

  test("reading resumes when a fault takes the last event away", () => {
    dispatcher.push(say("x".repeat(3000)));
    loop.turn();
    dispatcher.disconnect(exit({ event: 1 }));
    expect(noted).toEqual(["high", expect.stringMatching(/^culprit/), "low"]);
  });
});
