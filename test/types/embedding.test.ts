import { afterAll, beforeAll, expect, it } from "vitest";
import { appFolderFrom, type AppFolder } from "../support/app-folder.ts";
import { typeErrors } from "../support/typescript-app.ts";

let program: AppFolder;

beforeAll(() => {
  program = appFolderFrom("test/types/fixtures/embedding");
});
afterAll(() => program.remove());

// A compile of the whole package: 4 s on an idle machine.
it("a program that embeds the built package compiles, and its wrong calls do not", () => {
  expect(typeErrors(program.dir)).toEqual([]);
}, 60_000);
