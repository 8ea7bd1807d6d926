import { describe, expect, test } from "vitest";
import { PendingHandlers } from "../../../src/host/runtime/pending-handlers.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

describe("handlers that wait", () => {
  function start(limit: number) {
    const clock = new VirtualClock();
    const pendings = new PendingHandlers(clock, limit);
    const givenUp: string[] = [];
    const add = (number: number): void =>
      pendings.add(number, () => void givenUp.push(`${number} at ${Math.round(clock.ticks() / 1000)}`));
    return { clock, pendings, givenUp, add };
  }

  test("are given up after the limit and a tenth of it at most, each once", () => {
    const { clock, givenUp, add } = start(60_000);
    add(1);
    clock.advance(30_000);
    add(2);
    clock.advance(29_000);
    expect(givenUp).toEqual([]);
    clock.advance(7_000);
    expect(givenUp).toHaveLength(1);
    clock.advance(120_000);
    expect(givenUp.map((text) => text.slice(0, 1))).toEqual(["1", "2"]);
    expect(clock.waiting).toBe(0);
  });

  test("a handler that settles in time is kept; one that settles too late is reported", () => {
    const { clock, pendings, givenUp, add } = start(1000);
    add(1);
    add(2);
    expect(pendings.settle(1)).toBe(true);
    expect(pendings.settle(1)).toBe(false);
    clock.advance(2000);
    expect(givenUp.map((text) => text.slice(0, 1))).toEqual(["2"]);
    expect(pendings.settle(2)).toBe(false);
  });

  test("wait for ever without a limit, and no longer when the host ends", () => {
    const { clock, pendings, givenUp, add } = start(0);
    add(1);
    clock.advance(1e9);
    expect([givenUp, pendings.size, clock.waiting]).toEqual([[], 1, 0]);
    pendings.end();
    expect(pendings.settle(1)).toBe(false);
  });
});
