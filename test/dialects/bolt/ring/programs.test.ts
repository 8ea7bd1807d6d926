// The programs of programs/ write what the rules of the language say: each output was worked out by hand.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { outputOf } from "./run-ring.ts";

const folder = join(import.meta.dirname, "programs");
const programs = readdirSync(folder).filter((name) => name.endsWith(".ring"));

test.each(programs)("%s writes what the language says", async (name) => {
  const expected = readFileSync(join(folder, name.replace(/ring$/, "out")), "utf8");
  expect(await outputOf(join(folder, name))).toBe(expected);
});
