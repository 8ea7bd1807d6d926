import { describe, expect, test } from "vitest";
import type { Session } from "../../../src/front/directory/session.ts";
import { CloseWaves } from "../../../src/server/leaving/close-waves.ts";
import { anySession } from "../../support/any-session.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

/** Waves over sessions that close at once, in virtual time. */
class Drain {
  readonly clock = new VirtualClock();
  readonly sessions: Session[];
  readonly closes: { readonly at: number; readonly reason: string; readonly ref: number }[] = [];
  readonly waves: CloseWaves;
  isDone = false;
  flushes = 0;

  constructor(count: number, random: () => number = () => 0) {
    this.sessions = Array.from({ length: count }, (_, index) => openSession(index + 1));
    this.waves = new CloseWaves({
      clock: this.clock,
      random,
      close: (session, reason) => {
        session.state = "closing";
        this.closes.push({ at: this.clock.ticks(), reason, ref: session.ref });
      },
      flush: () => (this.flushes += 1),
    });
  }

  run(drainTime: number): void {
    void this.waves.run(this.sessions, drainTime).then(() => (this.isDone = true));
  }

  /** How many sessions have been closed at each time. */
  get times(): Map<number, number> {
    const times = new Map<number, number>();
    for (const { at } of this.closes) times.set(at, (times.get(at) ?? 0) + 1);
    return times;
  }
}

function openSession(ref: number): Session {
  const session = anySession(undefined, ref);
  session.state = "open";
  return session;
}

describe("sessions are closed in waves", () => {
  test("waves are equal and spread over the drain time", () => {
    const drain = new Drain(2000);
    drain.run(5000);
    drain.clock.advance(5000);
    expect(drain.closes).toHaveLength(2000);
    expect([...drain.times.keys()]).toEqual(Array.from({ length: 50 }, (_, wave) => wave * 100));
    expect(new Set(drain.times.values())).toEqual(new Set([40]));
    expect([drain.waves.count, drain.waves.closed, drain.flushes]).toEqual([50, 2000, 50]);
  });

  test("two sessions take half of the time", async () => {
    const drain = new Drain(2);
    drain.run(5000);
    drain.clock.advance(2400);
    expect(drain.closes).toHaveLength(1);
    drain.clock.advance(100);
    expect(drain.closes).toHaveLength(2);
    await Promise.resolve();
    expect(drain.isDone).toBe(true);
    expect(drain.clock.waiting).toBe(0);
  });

  test("one wave closes all when the drain time is 0, and one session", async () => {
    for (const [count, drainTime] of [
      [2000, 0],
      [1, 5000],
    ] as const) {
      const drain = new Drain(count);
      drain.run(drainTime);
      await Promise.resolve();
      expect([drain.waves.count, drain.closes.length, drain.isDone]).toEqual([1, count, true]);
    }
  });

  test("no wave comes without sessions", async () => {
    const drain = new Drain(0);
    drain.run(5000);
    await Promise.resolve();
    expect([drain.waves.count, drain.isDone]).toEqual([0, true]);
  });

  test("waves end when the last client has gone by itself", async () => {
    const drain = new Drain(10);
    drain.run(5000);
    for (const session of drain.sessions) session.state = "closing";
    drain.clock.advance(100);
    await Promise.resolve();
    expect([drain.closes.length, drain.isDone]).toEqual([1, true]);
  });

  test("waves close the rest at once when they are hurried", async () => {
    const drain = new Drain(100);
    drain.run(5000);
    drain.clock.advance(1000);
    const before = drain.closes.length;
    drain.waves.hurry();
    await Promise.resolve();
    expect(before).toBeLessThan(50);
    expect([drain.closes.length, drain.isDone, drain.clock.waiting]).toEqual([100, true, 0]);
  });

  test("waves close each session once, in the order in which they came", () => {
    const drain = new Drain(137);
    drain.run(1000);
    drain.clock.advance(1000);
    expect(drain.closes.map(({ ref }) => ref)).toEqual(drain.sessions.map(({ ref }) => ref));
  });
});

describe("the reason of a close says when to connect again", () => {
  test("a client waits for the drain, and a random part of the drain time", () => {
    const early = new Drain(2, () => 0);
    early.run(5000);
    const late = new Drain(2, () => 0.64);
    late.run(5000);
    late.clock.advance(2500);
    expect(early.closes[0]?.reason).toBe("retry-after=5.0");
    expect(late.closes.map(({ reason }) => reason)).toEqual(["retry-after=8.2", "retry-after=5.7"]);
  });

  test("a client waits for up to a second when there is no drain time, and never for nothing", () => {
    for (const [part, reason] of [
      [0, "retry-after=0.1"],
      [0.5, "retry-after=0.5"],
      [0.999, "retry-after=1.0"],
    ] as const) {
      const drain = new Drain(1, () => part);
      drain.run(0);
      expect(drain.closes[0]?.reason).toBe(reason);
    }
  });
});
