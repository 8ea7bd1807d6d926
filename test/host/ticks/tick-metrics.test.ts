import { beforeEach, describe, expect, test } from "vitest";
import { errorText } from "../../../src/boundary/errors.ts";
import { Histogram } from "../../../src/boundary/histogram.ts";
import { TickMetrics } from "../../../src/host/ticks/tick-metrics.ts";
import { TickWindow } from "../../../src/front/supervise/tick-window.ts";
import { Ticker } from "../../../src/host/ticks/ticker.ts";
import { VirtualThread } from "../../support/virtual-thread.ts";
import type { TickSample } from "../../../src/boundary/tick-sample.ts";

const PERIOD = 10;

/** A route of 100 ticks per second, and what is reported of it. */
class Route {
  readonly thread = new VirtualThread();
  readonly samples: TickSample[] = [];
  readonly warnings: string[] = [];
  /** What the next ticks take, ms; the last one for good. */
  costs: number[] = [1];
  readonly #ticker: Ticker;

  constructor() {
    const { clock, loop } = this.thread;
    const metrics = new TickMetrics("ws /ws/game", {
      clock,
      sample: (sample) => void this.samples.push(sample),
      overrun: (values) =>
        void this.warnings.push(errorText("PARLOR_TICK_OVERRUN", { script: "ws/game.ts", ...values })),
    });
    const tick = (): null => {
      clock.advance(this.costs.length > 1 ? (this.costs.shift() ?? 0) : (this.costs[0] ?? 0));
      return null;
    };
    const onTick = (lateness: number, cost: number): void => metrics.add(lateness, cost, this.#ticker);
    this.#ticker = new Ticker({ rate: 1000 / PERIOD }, { clock, loop, tick, onTick });
    this.#ticker.start();
  }

  seconds(seconds: number): void {
    this.thread.live(seconds * 1000);
  }

  get overloads(): (number | null)[] {
    return this.samples.map(({ overload }) => overload && Math.round(overload.cost));
  }
}

let route: Route;
beforeEach(() => void (route = new Route()));

describe("the samples of a route's ticks", () => {
  test("a sample comes once a second, with how late ticks were and what they cost", () => {
    route.seconds(3.1);
    expect(route.samples).toHaveLength(3);
    const [lateness, cost] = [new Histogram(), new Histogram()];
    for (const pulse of route.samples) {
      lateness.merge(pulse.lateness);
      cost.merge(pulse.cost);
    }
    expect(lateness.total).toBe(cost.total);
    expect(cost.total).toBeGreaterThanOrEqual(300);
    expect(cost.quantile(0.5)).toBeCloseTo(1, 0);
    expect(lateness.quantile(0.99)).toBeLessThan(0.05);
    expect([route.warnings, route.overloads]).toEqual([[], [null, null, null]]);
  });

  test("ticks that take longer than their period are reported by one line and one event", () => {
    route.costs = [14];
    route.seconds(5);
    expect(route.warnings).toEqual([
      expect.stringMatching(
        /^ws\/game\.ts: ticks overrun their budget: p99 1[4-7]\.\d ms, budget 10\.0 ms; do less/,
      ),
    ]);
    expect(route.samples[0]?.overload).toEqual({ cost: 16.384, period: 10 });
    expect(route.overloads.slice(1).every((overload) => overload === null)).toBe(true);
  });

  test("ticks that only just fit are not an overload, though their bucket reaches beyond the period", () => {
    route.costs = [9.9];
    route.seconds(5);
    expect(route.warnings).toEqual([]);
  });

  test("one slow tick is not an overload, nor is one in a hundred", () => {
    const rest = Array<number>(199).fill(1);
    route.costs = [45, ...rest, 15, ...rest, 15, 1];
    route.seconds(5);
    expect(route.warnings).toEqual([]);
  });

  test("an overload is reported again only after ticks were fast in between", () => {
    const ticks = (count: number, ms: number): number[] => Array<number>(count).fill(ms);
    route.costs = [...ticks(70, 14), ...ticks(100, 1), ...ticks(70, 14), 1];
    route.seconds(8);
    expect(route.warnings).toHaveLength(1);
    route.seconds(8);
    route.costs = [14];
    route.seconds(3);
    expect(route.warnings).toHaveLength(2);
    expect(route.overloads.filter((overload) => overload !== null)).toHaveLength(2);
  });
});

test("the front's record passes an overload on, with the script's name", () => {
  const record = new TickWindow();
  const told: unknown[] = [];
  record.onOverload = (script, overload) => void told.push([script, overload]);
  route.costs = [14];
  route.seconds(3);
  for (const pulse of route.samples) record.add(pulse);
  expect(told).toEqual([["ws /ws/game", route.samples[0]?.overload]]);
  expect(record.figures("ws /ws/game")?.cost.p99).toBeGreaterThan(PERIOD);
});
