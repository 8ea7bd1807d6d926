import { expect, test } from "vitest";
import { LimitCounts } from "../../../src/front/limits/limit-counts.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

test("the first excess of a limit is one line, and further ones are one line a minute with their number", () => {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const limits = new LimitCounts(clock, ({ code, text }) => lines.push(`${code} ${text.slice(0, 62)}`));
  for (let at = 0; at < 1000; at += 1) limits.exceeded("maxPings", 100, `192.0.2.${at % 200}`);
  limits.exceeded("maxPayload", 5, "192.0.2.1");
  expect(lines).toEqual([
    "PARLOR_LIMIT 1 connection was closed with 1008, the last from 192.0.2.0: a ",
    "PARLOR_LIMIT 1 connection was closed with 1009, the last from 192.0.2.1: a ",
  ]);
  clock.advance(59_999);
  expect(lines).toHaveLength(2);
  clock.advance(1);
  expect(lines.slice(2)).toEqual([
    "PARLOR_LIMIT 999 connections were closed with 1008, the last from 192.0.2.1",
  ]);
  clock.advance(600_000);
  expect(lines).toHaveLength(3);
  limits.exceeded("maxPings", 100, "x".repeat(1000));
  expect(lines.at(-1)).toMatch(/^PARLOR_LIMIT 1 connection /);
  expect(limits.totals).toMatchObject({ maxPings: 1001, maxPayload: 1, maxConnections: 0 });
});
