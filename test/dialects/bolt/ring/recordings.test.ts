// The programs of recordings/ write what the interpreter of Ring 1.26 wrote for them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { outputOf } from "./run-ring.ts";

const folder = join(import.meta.dirname, "recordings");
const programs = readdirSync(folder).filter((name) => /^\d.*\.ring$/.test(name));

test.each(programs)("%s writes what Ring writes", async (name) => {
  const recorded = readFileSync(join(folder, name.replace(/ring$/, "out")), "utf8");
  expect(await outputOf(join(folder, name))).toBe(recorded);
});
