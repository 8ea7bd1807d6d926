import { beforeEach, describe, expect, test } from "vitest";
import { Ticker } from "../../../src/host/ticks/ticker.ts";
import { VirtualThread } from "../../support/virtual-thread.ts";
import type { Loop } from "../../../src/boundary/clock.ts";

/** A thread that notes its ticks. */
class Thread extends VirtualThread {
  readonly ticks: { at: number; deltaMs: number; index: number }[] = [];
  /** What a tick does: it may take time, or answer a promise. */
  onTick: (index: number) => PromiseLike<unknown> | null = () => null;
  /** How many ticks have been committed that the front has not applied. */
  unackedTicks = 0;

  ticker(rate: number, more: { blocks?: boolean; catchUp?: number; fixedDelta?: boolean } = {}): Ticker {
    const { blocks = false, ...options } = more;
    return new Ticker(
      { rate, ...options },
      {
        clock: this.clock,
        loop: this.loop,
        ...(blocks ? { block: (ms: number) => this.clock.advance(ms) } : {}),
        unackedTicks: () => this.unackedTicks,
        tick: (deltaMs, index) => {
          this.ticks.push({ at: this.clock.ticks(), deltaMs, index });
          return this.onTick(index);
        },
      },
    );
  }
}

let thread: Thread;
beforeEach(() => void (thread = new Thread()));

describe("the schedule", () => {
  test("does not drift: after 10,000 ticks it is as right as at the first", () => {
    const ticker = thread.ticker(60);
    ticker.start();
    thread.live((10_000.5 * 1000) / 60);
    expect(thread.ticks).toHaveLength(10_000);
    for (const [number, { at }] of thread.ticks.entries()) {
      const due = ((number + 1) * 1000) / 60;
      expect(at).toBeGreaterThanOrEqual(due);
      expect(at - due).toBeLessThan(0.05);
    }
    expect(thread.ticks.at(-1)?.index).toBe(10_000);
    expect(ticker.skipped).toBe(0);
  });

  test("the schedule does not drift where the thread may block until shortly before a tick", () => {
    const ticker = thread.ticker(30, { blocks: true });
    ticker.start();
    thread.live((300.5 * 1000) / 30);
    expect(thread.ticks).toHaveLength(300);
    expect(Math.max(...thread.ticks.map(({ at }, number) => at - ((number + 1) * 1000) / 30))).toBeLessThan(
      0.05,
    );
  });

  test("time before a tick is slept, not spun", () => {
    const ticker = thread.ticker(10);
    ticker.start();
    let turns = 0;
    const { atTurnEnd } = thread.loop;
    (thread.loop as { atTurnEnd: Loop["atTurnEnd"] }).atTurnEnd = (action) => {
      turns += 1;
      atTurnEnd(action);
    };
    thread.live(97);
    expect(turns).toBe(0);
  });
});

describe("late ticks", () => {
  test("are skipped and counted, and the schedule stays", () => {
    const ticker = thread.ticker(100);
    thread.onTick = (index) => {
      if (index === 3) thread.clock.advance(35);
      return null;
    };
    ticker.start();
    thread.live(100.5);
    // The third began at 30 and ended at 65: those of 40 and 50 are left out, that of 60 is late.
    expect(thread.ticks.map(({ at }) => Math.floor(at))).toEqual([10, 20, 30, 65, 70, 80, 90, 100]);
    expect(ticker.skipped).toBe(2);
    expect(thread.ticks[3]?.deltaMs).toBeCloseTo(35, 1);
    expect(thread.ticks.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("a pending one makes the next ones skipped, until it settles", async () => {
    const ticker = thread.ticker(100);
    let settle = (): void => undefined;
    thread.onTick = (index) => (index === 2 ? new Promise<void>((resolve) => (settle = resolve)) : null);
    ticker.start();
    thread.live(45);
    expect(thread.ticks.map(({ index }) => index)).toEqual([1, 2]);
    expect(ticker.skipped).toBe(2);
    settle();
    await Promise.resolve();
    thread.live(10.5);
    expect(thread.ticks.map(({ index }) => index)).toEqual([1, 2, 3]);
    expect(thread.ticks[2]?.deltaMs).toBeCloseTo(30, 1);
  });

  test("a rejected one is over, too", async () => {
    const ticker = thread.ticker(100);
    thread.onTick = (index) => (index === 1 ? Promise.reject(new Error("no")) : null);
    ticker.start();
    thread.live(15);
    await Promise.resolve();
    await Promise.resolve();
    thread.live(10);
    expect(thread.ticks).toHaveLength(2);
  });
});

describe("late ticks that are to be made up for", () => {
  const late = (thread: Thread) => thread.ticks.map(({ at }) => Math.floor(at));

  test("come one after the other, and then the schedule is as before", () => {
    const ticker = thread.ticker(100, { catchUp: 5 });
    thread.onTick = (index) => {
      if (index === 3) thread.clock.advance(35);
      return null;
    };
    ticker.start();
    thread.live(100.5);
    expect(late(thread)).toEqual([10, 20, 30, 65, 65, 65, 70, 80, 90, 100]);
    expect(ticker.skipped).toBe(0);
    expect(thread.ticks.at(-1)?.index).toBe(10);
  });

  test("wait for the front when it is behind, and none is left out", () => {
    const ticker = thread.ticker(60, { catchUp: 60 });
    thread.onTick = (index) => {
      if (index === 3) thread.clock.advance(300);
      thread.unackedTicks += 1;
      thread.arrives(thread.clock.ticks() + 2, () => void (thread.unackedTicks -= 1));
      return null;
    };
    ticker.start();
    thread.live(1000);
    expect(ticker.skipped).toBe(0);
    expect(thread.ticks.at(-1)?.index).toBe(59);
  });

  test("are no more than the bound: what is beyond it is left out and counted", () => {
    const ticker = thread.ticker(100, { catchUp: 2 });
    thread.onTick = (index) => {
      if (index === 3) thread.clock.advance(65);
      return null;
    };
    ticker.start();
    thread.live(110.5);
    // At 95 those of 40 to 90 are late: two are made up for beside the one that is due now, three are left out.
    expect(late(thread)).toEqual([10, 20, 30, 95, 95, 95, 100, 110]);
    expect(ticker.skipped).toBe(3);
  });

  test("let the loop turn in between, so that messages are read", () => {
    const ticker = thread.ticker(100, { catchUp: 5 });
    const seen: number[] = [];
    thread.onTick = (index) => {
      if (index === 3) thread.clock.advance(35);
      if (index === 4) thread.arrives(thread.clock.ticks(), () => seen.push(thread.ticks.length));
      return null;
    };
    ticker.start();
    thread.live(100.5);
    expect(seen).toEqual([4]);
  });

  test("get exactly one period each, where that is asked for", () => {
    const ticker = thread.ticker(100, { catchUp: 5, fixedDelta: true });
    thread.onTick = (index) => {
      thread.clock.advance(index === 3 ? 35 : 1);
      return null;
    };
    ticker.start();
    thread.live(100.5);
    expect(thread.ticks).toHaveLength(10);
    expect(new Set(thread.ticks.map(({ deltaMs }) => deltaMs))).toEqual(new Set([10]));
  });
});

describe("a front that does not keep up", () => {
  test("gets at most two ticks, or those of 50 ms; those left out are counted", () => {
    const told = (rate: number): number => {
      thread = new Thread();
      const ticker = thread.ticker(rate);
      thread.onTick = () => ((thread.unackedTicks += 1), null);
      ticker.start();
      thread.live(1000.5);
      expect(thread.ticks.length + ticker.skipped).toBe(rate);
      return thread.ticks.length;
    };
    expect([10, 60, 1000].map(told)).toEqual([2, 3, 50]);
  });

  test("gets the next tick on schedule when it is done with one", () => {
    const ticker = thread.ticker(100);
    ticker.start();
    thread.unackedTicks = 5;
    thread.live(44);
    expect(thread.ticks).toHaveLength(0);
    thread.unackedTicks = 4;
    thread.live(10);
    expect(thread.ticks.map(({ at }) => Math.round(at))).toEqual([50]);
    expect(thread.ticks[0]?.deltaMs).toBe(10);
    expect(ticker.skipped).toBe(4);
  });
});

describe("messages", () => {
  test("messages that arrive until shortly before a tick are read before it, also while the thread blocks", () => {
    const ticker = thread.ticker(100, { blocks: true });
    const read: number[] = [];
    // Asleep, in the midst of the block, shortly before it is due.
    for (const [index, before] of [5, 1, 0.25].entries())
      thread.arrives((index + 1) * 10 - before, () => read.push(thread.ticks.length));
    ticker.start();
    thread.live(35);
    expect(read).toEqual([0, 1, 2]);
  });

  test("messages that arrive during a tick are read after it and before the next one", () => {
    const ticker = thread.ticker(100);
    const order: string[] = [];
    thread.onTick = (index) => {
      order.push(`tick ${index}`);
      thread.arrives(thread.clock.ticks() + 1, () => order.push(`message ${index}`));
      thread.clock.advance(12);
      order.push(`end ${index}`);
      return null;
    };
    ticker.start();
    thread.live(45);
    expect(order.slice(0, 6)).toEqual([1, 2].flatMap((n) => [`tick ${n}`, `end ${n}`, `message ${n}`]));
  });
});

describe("pauses", () => {
  test("the first deltaMs is one period, at the start and after a pause", () => {
    const ticker = thread.ticker(100);
    ticker.start();
    thread.live(25);
    ticker.stop();
    thread.live(1000);
    expect(thread.ticks).toHaveLength(2);
    ticker.start();
    thread.live(25);
    expect(thread.ticks.map(({ deltaMs }) => Math.round(deltaMs))).toEqual([10, 10, 10, 10]);
    expect(thread.ticks.map(({ index }) => index)).toEqual([1, 2, 3, 4]);
    expect(thread.ticks[2]?.at).toBeCloseTo(1035, 0);
    expect(ticker.skipped).toBe(0);
  });

  test("a start while it runs changes nothing", () => {
    const ticker = thread.ticker(100);
    ticker.start();
    thread.live(5);
    ticker.start();
    thread.live(10.5);
    expect(thread.ticks.map(({ at }) => Math.round(at))).toEqual([10]);
  });

  test("a tick may stop it, and what was planned does not come", () => {
    const ticker = thread.ticker(100);
    thread.onTick = () => {
      ticker.stop();
      ticker.start();
      ticker.stop();
      return null;
    };
    ticker.start();
    thread.live(100);
    expect(thread.ticks).toHaveLength(1);
    expect(thread.clock.waiting).toBe(0);
  });
});

test("a tick that is months away overflows no timer", () => {
  const delays: number[] = [];
  const after = (delay: number) => (delays.push(delay), { cancel: () => undefined });
  const clock = { now: () => 0, ticks: () => 0, after };
  new Ticker({ rate: 1e-7 }, { clock, loop: thread.loop, tick: () => null }).start();
  expect(delays).toHaveLength(1);
  expect(delays[0]).toBeLessThan(2 ** 31);
});

describe("a schedule that another version continues", () => {
  test.each([
    [60, 10],
    [10, 60],
    [60, 30],
    [30, 30],
  ])("from %i to %i ticks per second: the new rate at once, and the next number", (before, after) => {
    const [old, next] = [thread.ticker(before), thread.ticker(after)];
    old.start();
    thread.live(3_600_000 / 60 + 5);
    const count = thread.ticks.length;
    const { schedule } = old;
    old.stop();
    const last = thread.ticks.at(-1)?.at ?? 0;
    next.continueFrom(schedule);
    next.start();
    thread.live(1000);
    const later = thread.ticks.slice(count);
    expect(later[0]?.index).toBe(count + 1);
    expect(later.length).toBeGreaterThanOrEqual(after - 1);
    expect(later.length).toBeLessThanOrEqual(after + 1);
    expect((later[0]?.at ?? 0) - last).toBeLessThan(1000 / Math.min(before, after) + 1);
    expect(later[0]?.deltaMs).toBeCloseTo((later[0]?.at ?? 0) - last, 3);
    expect(next.skipped).toBe(0);
  });

  test("while no tick is due, only the number goes on", () => {
    const [old, next] = [thread.ticker(100), thread.ticker(100)];
    old.start();
    thread.live(35);
    old.stop();
    next.continueFrom(old.schedule);
    thread.live(500);
    next.start();
    thread.live(15);
    expect(thread.ticks.at(-1)).toMatchObject({ index: 4, deltaMs: 10 });
  });

  test("a ticker that runs already continues it at once", () => {
    const [old, next] = [thread.ticker(100), thread.ticker(100)];
    old.start();
    next.start();
    thread.live(55);
    const { schedule } = old;
    old.stop();
    next.continueFrom(schedule);
    thread.live(10);
    expect(thread.ticks.at(-1)?.index).toBe(6);
  });
});
