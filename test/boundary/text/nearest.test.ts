import { expect, test } from "vitest";
import { nearest } from "../../../src/boundary/text/nearest.ts";

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
