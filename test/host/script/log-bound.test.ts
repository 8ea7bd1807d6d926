import { expect, test } from "vitest";
import { cutLine, LogBound } from "../../../src/host/script/log-bound.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

/** How many of `lines` lines of this length are admitted. */
function admitted(bound: LogBound, lines: number, length: number): number {
  let count = 0;
  for (let line = 0; line < lines; line += 1) if (bound.admits(length)) count += 1;
  return count;
}

test("a burst of lines leaves, and then a steady rate", () => {
  const clock = new VirtualClock();
  const bound = new LogBound(clock, 1);
  expect(admitted(bound, 5000, 10)).toBe(1000);
  clock.advance(100);
  expect(admitted(bound, 5000, 10)).toBe(200);
  clock.advance(60_000);
  expect(admitted(bound, 5000, 10)).toBe(1000);
});

test("long lines use up the bound of characters", () => {
  const clock = new VirtualClock();
  const bound = new LogBound(clock, 1);
  expect(admitted(bound, 100, 64 * 1024)).toBe(4);
  expect(admitted(bound, 10, 0)).toBe(10);
});

test("a line that is too long is cut, with a mark", () => {
  expect(cutLine("x".repeat(65_536))).toHaveLength(65_536);
  expect(cutLine("x".repeat(70_000)).slice(65_530)).toBe("xxxxxx… (4464 more characters)");
});
