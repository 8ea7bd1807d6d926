import { describe, expect, it } from "vitest";
import { checkApp } from "../../src/server/serve.ts";

describe("parlor check", () => {
  it.each(["chat", "four-apis", "game", "ticker"])("finds no problem in examples/%s", async (name) => {
    const { problems, warnings } = await checkApp(`examples/${name}`);
    expect([...problems, ...warnings]).toEqual([]);
  });
});
