import { expect, test } from "vitest";
import { CompiledMaps } from "../../../src/host/script/compiled-maps.ts";

test("the map of the latest version of a file is known, and no earlier one is kept", () => {
  const maps = new CompiledMaps();
  maps.set("dirigible/a.ts?v=1", "one");
  maps.set("dirigible/b.ts?v=1", "other");
  expect([maps.get("dirigible/a.ts?v=1"), maps.get("dirigible/a.ts")]).toEqual(["one", undefined]);
  maps.set("dirigible/a.ts?v=2", "two");
  expect([maps.get("dirigible/a.ts?v=1"), maps.get("dirigible/a.ts?v=2")]).toEqual([undefined, "two"]);
  maps.set("dirigible/a.ts", undefined);
  expect([maps.get("dirigible/a.ts?v=2"), maps.get("dirigible/b.ts?v=1")]).toEqual([undefined, "other"]);
});
