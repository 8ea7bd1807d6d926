import { resolve } from "node:path";
import { expect, it } from "vitest";
import { completions, typeErrors } from "../support/typescript-app.ts";

const fixture = resolve("test/types/fixtures/bolt");

it("programs of bolt/ are typed as published", () => {
  expect(typeErrors(fixture)).toEqual([]);
});

it("the calls of $bolt are completed", () => {
  expect(completions(fixture, "program.ts", "$bolt.")).toContain("wsRoomMembers");
});
