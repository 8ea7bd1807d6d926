import { beforeEach, describe, expect, test } from "vitest";
import type { Loop } from "../../src/core/ports.ts";
import { Ticker } from "../../src/scripts/ticker.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

/** A thread whose turns take no time; a block is time that passes. */
class Thread {
  readonly clock = new VirtualClock();
  readonly ticks: { at: number; deltaMs: number; index: number }[] = [];
  /** What a tick does: it may take time, or answer a promise. */
  onTick: (index: number) => PromiseLike<unknown> | null = () => null;
  #actions: (() => void)[] = [];
  readonly loop: Loop = {
    atTurnEnd: (action) => void this.#actions.push(action),
    afterMicrotasks: (action) => void this.#actions.push(action),
  };

  ticker(rate: number, more: { blocks?: boolean } = {}): Ticker {
    return new Ticker(
      { rate },
      {
        clock: this.clock,
        loop: this.loop,
        ...(more.blocks === true ? { block: (ms: number) => this.clock.advance(ms) } : {}),
        tick: (deltaMs, index) => {
          this.ticks.push({ at: this.clock.ticks(), deltaMs, index });
          return this.onTick(index);
        },
      },
    );
  }

  /** Lives for some ms; a turn of the loop takes this many. */
  live(ms: number, turn = 0.01): void {
    const end = this.clock.ticks() + ms;
    while (this.clock.ticks() < end) {
      const actions = this.#actions.splice(0);
      for (const action of actions) action();
      this.clock.advance(actions.length > 0 ? turn : Math.min(0.5, end - this.clock.ticks()));
    }
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

  test("nor does it where the thread may block until shortly before", () => {
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
