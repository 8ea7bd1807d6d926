import { resolve } from "node:path";
import { expect, it } from "vitest";
import { completions, typeErrors } from "../support/typescript-app.ts";

const fixture = resolve("test/types/fixtures/scripting");

it("programs of scripting/ are typed as published, and as they are", () => {
  expect(typeErrors(fixture)).toEqual([]);
});

it("a server's calls are completed", () => {
  expect(completions(fixture, "program.ts", "\nserver.")).toContain("registerFilesFromDirectory");
});
