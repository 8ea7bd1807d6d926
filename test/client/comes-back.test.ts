import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ABNORMAL_CLOSURE, CLOSE_CODES } from "../../src/boundary/errors/close-codes.ts";
import { comesBack, retryAfter } from "../../src/client/comes-back.ts";

describe("a client", () => {
  it("comes back after those close codes, and no others, of which the one table says so", () => {
    const codes = Array.from({ length: 4000 }, (_, index) => index + 1000);
    const listed = CLOSE_CODES.filter(({ mayReconnect }) => mayReconnect).map(({ code }) => code);
    expect(codes.filter(comesBack)).toEqual([...listed, ABNORMAL_CLOSURE].sort((a, b) => a - b));
  });

  it("does after each close code what its page says", () => {
    const page = readFileSync(new URL("../../docs/client.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| (\d{4})(?:(,| to) (\d{4}))? +\| (connects again|stops)/gm)];
    const listed = rows.flatMap(([, first, joined, last = first, does]) => {
      const codes = Array.from(
        { length: Number(last) - Number(first) + 1 },
        (_, index) => Number(first) + index,
      );
      return codes
        .filter((code) => joined !== "," || code === Number(first) || code === Number(last))
        .map((code) => [code, does] as const);
    });
    const table = new Map(listed);
    expect([...table]).toEqual(
      [...table.keys()].map((code) => [code, comesBack(code) ? "connects again" : "stops"]),
    );
    expect([...table.keys()]).toEqual(expect.arrayContaining(CLOSE_CODES.map(({ code }) => code)));
  });

  it.each([
    ["retry-after=3.2", 3200],
    ["the server is shutting down; retry-after=12", 12_000],
    ["retry-after=", null],
    ["retry-after=-1", null],
    ["", null],
  ])("reads the server's hint in %s", (reason, ms) => {
    expect(retryAfter(reason)).toBe(ms);
  });
});
