import { expect, test } from "vitest";
import { scripting } from "../../../src/dialects/scripting/index.ts";
import type { ExportShape } from "../../../src/boundary/shape.ts";

const check = (runs?: ExportShape): unknown =>
  scripting.check("program", { exports: runs === undefined ? {} : { runs } });

test("a program says where its outbound connections are by a literal, or not at all", () => {
  expect(check()).not.toHaveProperty("runs");
  expect(check({ type: "data", value: "node" })).not.toHaveProperty("runs");
  expect(check({ type: "data", value: "cluster" })).toMatchObject({ runs: "cluster" });
  for (const wrong of [
    { type: "data", value: "all" },
    { type: "other", description: "a computed value" },
  ] as const)
    expect(check(wrong)).toEqual({ problems: ['runs must be "cluster" or "node", written as a literal'] });
});
