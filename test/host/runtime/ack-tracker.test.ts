import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AckTracker } from "../../../src/host/runtime/ack-tracker.ts";

describe("an account", () => {
  test("names what is pending or waits, once, and later that it has settled", () => {
    const ledger = new AckTracker();
    ledger.pend(1);
    ledger.wait(2);
    ledger.started(3);
    expect(ledger.take()).toEqual({ through: 3, pending: [1], waiting: [2], settled: [] });
    expect(ledger.take()).toEqual({ through: 3, pending: [], waiting: [], settled: [] });
    ledger.done(1);
    ledger.pend(2);
    expect(ledger.take()).toEqual({ through: 3, pending: [2], waiting: [], settled: [1] });
    ledger.done(2);
    expect(ledger.take()).toEqual({ through: 3, pending: [], waiting: [], settled: [2] });
  });

  test("does not mention what was over before it was reported", () => {
    const ledger = new AckTracker();
    ledger.pend(1);
    ledger.wait(2);
    ledger.done(1);
    ledger.done(2);
    ledger.started(2);
    expect(ledger.take()).toEqual({ through: 2, pending: [], waiting: [], settled: [] });
  });

  test("an event out of the count takes nothing of it back", () => {
    const ledger = new AckTracker();
    ledger.pend(7);
    ledger.started(7);
    ledger.take();
    ledger.started(1);
    expect(ledger.take()).toEqual({ through: 7, pending: [], waiting: [], settled: [] });
    ledger.done(7);
    expect(ledger.take()).toEqual({ through: 7, pending: [], waiting: [], settled: [7] });
  });

  test("an account that was given is not changed by what follows", () => {
    const ledger = new AckTracker();
    ledger.pend(1);
    ledger.started(1);
    const first = ledger.take();
    ledger.done(1);
    ledger.pend(2);
    ledger.started(2);
    ledger.take();
    expect(first).toEqual({ through: 1, pending: [1], waiting: [], settled: [] });
  });

  test("the sum of all acknowledgements says which events are done, whatever happened in between", () => {
    const step = fc.record({
      what: fc.constantFrom("begin", "wait", "park", "done", "take"),
      pick: fc.nat(),
    });
    const property = fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const ledger = new AckTracker();
      const state = new Map<number, "waiting" | "pending" | "done">();
      const reader = new Map<number, "waiting" | "pending" | "done">();
      let next = 1;
      let read = 0;
      const pick = (want: string, at: number): number | undefined => {
        const numbers = [...state].filter(([, is]) => is === want || (want === "open" && is !== "done"));
        return numbers[at % (numbers.length || 1)]?.[0];
      };
      const take = (): void => {
        const { through, pending, waiting, settled } = ledger.take();
        for (let number = read + 1; number <= through; number += 1) reader.set(number, "done");
        read = through;
        for (const number of waiting) reader.set(number, "waiting");
        for (const number of pending) reader.set(number, "pending");
        for (const number of settled) {
          expect(reader.get(number)).not.toBe("done");
          reader.set(number, "done");
        }
        expect(reader).toEqual(state);
      };
      for (const { what, pick: at } of steps) {
        if (what === "take") take();
        else if (what === "done" || what === "park") {
          const number = pick(what === "done" ? "open" : "waiting", at);
          if (number === undefined) continue;
          if (what === "done") ledger.done(number);
          else ledger.pend(number);
          state.set(number, what === "done" ? "done" : "pending");
        } else {
          if (what === "wait") ledger.wait(next);
          else if (at % 2 === 0) ledger.pend(next);
          state.set(next, what === "wait" ? "waiting" : at % 2 === 0 ? "pending" : "done");
          ledger.started(next);
          next += 1;
        }
      }
      take();
    });
    fc.assert(property, { numRuns: 300 });
  });
});
