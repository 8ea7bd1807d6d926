import { expect, test } from "vitest";
import { cpuTimeIn, cpuTimeOf } from "../../../../src/host/kinds/process/cpu-time.ts";

const AFTER_NAME = "S 1 2 3 0 -1 4194560 100 0 0 0 250 50 7 8 20 0 11 0 12345";

test.each(["node", "a b", "odd) S 9 (name", ""])("the CPU time of a program named %j is read", (name) => {
  expect(cpuTimeIn(`4711 (${name}) ${AFTER_NAME}`)).toBe(3000);
});

test.each(["", "4711 (node)", "4711 (node) S 1 2"])("a text without CPU times has none: %j", (text) => {
  expect(cpuTimeIn(text)).toBe(null);
});

test("a process that does not exist has no CPU time", () => {
  expect(cpuTimeOf(2 ** 30)).toBe(null);
});
