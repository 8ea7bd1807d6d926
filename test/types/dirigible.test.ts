import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { PUBLISHED_MODULES } from "../../src/dialects/dirigible/api/published-modules.ts";
import { completions, typeErrors } from "../support/typescript-app.ts";

const types = readFileSync("types/dirigible.d.ts", "utf8");
const fixture = resolve("test/types/fixtures/dirigible");

it("modules of dirigible/ are typed as published, and mistakes in them are reported", () => {
  expect(typeErrors(fixture)).toEqual([
    expect.stringMatching(/modern\.ts:14 .*'undefined' is not assignable/),
    expect.stringMatching(/wrong\.js:3 .*"lua"/),
    expect.stringMatching(/wrong\.js:4 .*possibly 'null'/),
    expect.stringMatching(/wrong\.js:5 .*'number' is not assignable/),
  ]);
});

it.each([...PUBLISHED_MODULES.keys()])("%s has a type", (id) => {
  expect(types).toContain(`declare module "${id}" {`);
});

it("a module's calls are completed", () => {
  expect(completions(fixture, "tea/right.js", "= websockets.")).toContain("getClientByHandler");
});
