import { expect, test } from "vitest";
import { describeShape, shapeOf } from "../../src/boundary/shape.ts";
import { describe as name } from "../../src/boundary/text/describe.ts";

test("exports become plain data", () => {
  const { exports } = shapeOf({ f: (_: unknown) => 1, g: async () => 1, c: class {}, n: NaN, s: "x", o: {} });
  expect(exports).toEqual({
    f: { type: "function", async: false, length: 1 },
    g: { type: "function", async: true, length: 0 },
    c: { type: "other", description: "a class" },
    n: { type: "data", value: NaN },
    s: { type: "data", value: "x" },
    o: { type: "settings", value: {} },
  });
  expect(structuredClone({ ...exports })).toEqual({ ...exports });
});

test("an export called __proto__ is an export like others", () => {
  const { exports } = shapeOf(JSON.parse('{ "__proto__": 1 }') as Record<string, unknown>);
  expect(Object.keys(exports)).toEqual(["__proto__"]);
});

test("values are named for people", () => {
  const values = [undefined, null, 1, "x", true, [], {}, new Map(), () => 1, Symbol("s"), 1n];
  expect(values.map((value) => name(value))).toEqual([
    ...["undefined", "null", "a number (1)", 'a string ("x")', "a boolean (true)", "an array", "an object"],
    ...["a Map", "a function", "a symbol", "a bigint"],
  ]);
  expect(name("y".repeat(500)).length).toBeLessThan(70);
  expect(describeShape({ type: "function", async: true, length: 0 })).toBe("an async function");
});
