import { beforeEach, expect, test } from "vitest";
import { StartLimiter, type Permit } from "../../../src/front/incarnation/start-limiter.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

let clock: VirtualClock;
let started: string[];
let start: (name: string) => Permit;

beforeEach(() => {
  clock = new VirtualClock();
  started = [];
  const limiter = new StartLimiter(clock, 2);
  start = (name) => limiter.admit(name, () => void started.push(name));
});

test("two hosts start at once, and the next one when a permit is released", () => {
  const [, second] = ["a", "b", "c", "d"].map(start);
  expect(started).toEqual(["a", "b"]);
  second!.release();
  expect(started).toEqual(["a", "b", "c"]);
});

test("a permit that is released twice makes room once", () => {
  const [first] = ["a", "b", "c", "d"].map(start);
  first!.release();
  first!.release();
  expect(started).toEqual(["a", "b", "c"]);
});

test("a host that has served before starts before one that has not", () => {
  const first = start("a");
  start("b");
  for (const name of ["c", "d", "a"]) start(name);
  first.release();
  expect(started).toEqual(["a", "b", "a"]);
});

test("a start that takes a second keeps no other host waiting", () => {
  for (const name of ["a", "b", "c", "d"]) start(name);
  clock.advance(999);
  expect(started).toEqual(["a", "b"]);
  clock.advance(1);
  expect(started).toEqual(["a", "b", "c", "d"]);
});

test("a permit that is released while it waits never starts its host, and takes no room", () => {
  const [first, second, leaver] = ["a", "b", "c", "d"].map(start);
  leaver!.release();
  first!.release();
  second!.release();
  expect(started).toEqual(["a", "b", "d"]);
});
