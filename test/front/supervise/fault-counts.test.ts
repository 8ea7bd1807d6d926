import { expect, test } from "vitest";
import type { HostSpec } from "../../../src/boundary/host-spec.ts";
import type { LogLine } from "../../../src/boundary/log-line.ts";
import { FaultCounts } from "../../../src/front/supervise/fault-counts.ts";

const line = (script: string, changes: Partial<LogLine> = {}): LogLine => ({
  ...{
    level: "error",
    text: "broken",
    code: null,
    script,
    version: "v1",
    event: 1,
    fault: "handler",
    at: null,
  },
  ...changes,
});
const counts = (...names: string[]): FaultCounts => {
  const scripts = names.map((name) => ({ info: { name } }));
  return new FaultCounts(() => ({ scripts }) as unknown as HostSpec);
};

test("each script has the faults that its lines report, and lines without a fault do not count", () => {
  const faults = counts("http/a.js", "http/b.js");
  faults.note(line("http/a.js"));
  faults.note(line("http/a.js", { fault: null }));
  faults.note(line("http/a.js", { fault: "timer" }));
  expect(["http/a.js", "http/b.js"].map((name) => faults.of(name))).toEqual([2, 0]);
});

test("faults whose lines were dropped count for each script of the host", () => {
  const faults = counts("http/a.js", "http/b.js");
  faults.note(line("http/a.js"));
  faults.note(line("http", { fault: null, dropped: 9, droppedFaults: 4 }));
  expect(["http/a.js", "http/b.js"].map((name) => faults.of(name))).toEqual([5, 4]);
});

test("lines with names that are not scripts of the host do not grow the counts", () => {
  const faults = counts("ws/a.js");
  for (let number = 0; number < 3; number += 1) faults.note(line(`forged-${number}`));
  expect([faults.of("forged-1"), faults.of("ws/a.js")]).toEqual([3, 3]);
});
