import { expect, test } from "vitest";
import { probed } from "./probed.ts";

test("a script that runs out of memory while it loads has a problem", async () => {
  const source = "const all = []; for (;;) all.push(new Array(1e6).fill(Math.random()));";
  const shapes = await probed({ "ws/bad.ts": source }, { timeoutMs: 30_000 });
  expect(shapes.get("ws/bad.ts")).toMatchObject({ file: "ws/bad.ts", code: "PARLOR_SCRIPT_THROWS" });
}, 40_000);
