import { beforeEach, expect, test } from "vitest";
import { SaveQueue } from "../../src/load/save-queue.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

let clock: VirtualClock;
let saves: { readonly at: number; readonly files: string[] }[];
let queue: SaveQueue;

beforeEach(() => {
  clock = new VirtualClock();
  saves = [];
  const start = clock.ticks();
  queue = new SaveQueue(clock, ({ files }) => saves.push({ at: clock.ticks() - start, files: [...files] }));
});

test("files that are saved together are reported together, once no more follow", () => {
  queue.add("a", false);
  clock.advance(20);
  queue.add("b", false);
  clock.advance(29);
  expect(saves).toEqual([]);
  clock.advance(1);
  expect(saves).toEqual([{ at: 50, files: ["a", "b"] }]);
});

test("a file that is written again and again delays the report by 250 ms at most", () => {
  for (let time = 0; time < 300; time += 10) {
    queue.add("log", false);
    clock.advance(10);
  }
  expect(saves[0]).toEqual({ at: 250, files: ["log"] });
});

test("whether files came or went is part of the report, once", () => {
  const whole: boolean[] = [];
  queue = new SaveQueue(clock, ({ isWhole }) => whole.push(isWhole));
  queue.add("a", true);
  queue.add("b", false);
  clock.advance(30);
  queue.add("a", false);
  clock.advance(30);
  expect(whole).toEqual([true, false]);
});

test("saves that cause each other without end are reported every 5 s only, until there is a pause", () => {
  for (let time = 0; time < 120_000; time += 10) {
    if (saves.length > 0 || time === 0) queue.add("self", false);
    clock.advance(10);
  }
  const last = saves.slice(-3).map(({ at }) => at);
  expect((last[2] ?? 0) - (last[1] ?? 0)).toBeGreaterThanOrEqual(4000);
  expect(saves.length).toBeLessThan(60);
  clock.advance(20_000);
  saves = [];
  queue.add("later", false);
  clock.advance(30);
  expect(saves).toHaveLength(1);
});
