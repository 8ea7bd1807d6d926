import { expect, test } from "vitest";
import { plural } from "../../../src/boundary/text/plural.ts";

test("plural adds an s to every count but 1", () => {
  expect([plural(0, "problem"), plural(1, "problem"), plural(2, "problem")]).toEqual([
    "0 problems",
    "1 problem",
    "2 problems",
  ]);
});
