import { expect, test } from "vitest";
import { byLikeness, nearest } from "../../../src/boundary/text/nearest.ts";
import { cpuTime } from "../../support/cpu-time.ts";

test.each([
  ["onmessage", "onMessage"],
  ["onMesage", "onMessage"],
  ["onMessgae", "onMessage"],
  ["on_open", "onOpen"],
  ["opOpen", "onOpen"],
  ["onTik", "onTick"],
  ["helper", null],
  ["on", null],
  ["", null],
  ["a", null],
])("a mistyped %s means %s", (word, meant) => {
  expect(nearest(word, ["onOpen", "onMessage", "onClose", "onTick"])).toBe(meant);
});

test("the nearer of two wins", () => {
  expect(nearest("port", ["pork", "port"])).toBe("port");
});

test("a word that no person would mistype has no nearest one, and costs no time", async () => {
  const spent = await cpuTime(() => [20_000, 1_048_576].forEach(hasNoNearest));
  expect(spent).toBeLessThan(500);
});

function hasNoNearest(size: number): void {
  const word = "x".repeat(size);
  const names = [word.slice(1), "chat", ...Array.from({ length: 500 }, (_, at) => `room-${at}`)];
  expect(nearest(word, names)).toBeNull();
  expect(byLikeness(word, names)).toEqual(names);
  expect(nearest("caht", [word, "chat"])).toBe("chat");
  expect(byLikeness("caht", [word, "chat"])).toEqual(["chat", word]);
}
