// The playground's record of faults and reloads: what is counted, what ends a fault, and the bounds.
import { expect, test } from "vitest";
import type { LogLine } from "../../../src/boundary/log-line.ts";
import type { AppProblem } from "../../../src/load/files/app-problem.ts";
import { Journal } from "../../../src/server/playground/journal.ts";
import { LONGEST, SHOWN } from "../../../src/server/playground/snapshot.ts";
import { settled } from "../../support/settled.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

const excerpt = { first: 6, lines: ["a", "b"] };

function setUp() {
  const clock = new VirtualClock();
  const journal = new Journal({ clock, sessions: () => 3, excerpt: () => Promise.resolve(excerpt) });
  const line = (part: Partial<LogLine> = {}): void =>
    journal.line({
      ...{ level: "error", text: "onMessage: TypeError: x", code: "PARLOR_SCRIPT_FAULT", event: 1 },
      ...{ script: "ws/chat.ts", version: "v1", fault: "handler", at: "ws/chat.ts:7:13" },
      ...part,
    });
  const reload = (part: Partial<Parameters<Journal["reloaded"]>[0]> = {}): void =>
    journal.reloaded({ changed: [], removed: [], problems: [], refused: [], warnings: [], ...part });
  return { clock, journal, line, reload };
}

const problem: AppProblem = {
  ...{ file: "ws/chat.ts", line: 2, column: 5, message: "syntax error" },
  code: "PARLOR_SCRIPT_SYNTAX",
};

test("a fault has its place and the source around it", async () => {
  const { journal, line } = setUp();
  line();
  await settled();
  expect(journal.faults).toMatchObject([
    { kind: "fault", place: { file: "ws/chat.ts", line: 7, column: 13 }, excerpt, count: 1, endedAt: null },
  ]);
});

test("the same fault at the same place is counted, though its text has another id", () => {
  const { clock, journal, line } = setUp();
  line({ text: "onMessage: Error (session a)" });
  clock.advance(1000);
  line({ text: "onMessage: Error (session b)" });
  expect(journal.faults).toMatchObject([{ count: 2, at: 0, lastAt: 1000 }]);
});

test("a line that is not a fault is not kept", () => {
  const { journal, line } = setUp();
  line({ fault: null });
  expect(journal.faults).toEqual([]);
});

test("a fault ends when its script has a new version, and another script's does not", () => {
  const { clock, journal, line, reload } = setUp();
  line();
  line({ script: "ws/game.ts", at: "ws/game.ts:1:1" });
  clock.advance(500);
  reload({ changed: ["ws/chat.ts"] });
  const ended = Object.fromEntries(journal.faults.map(({ script, endedAt }) => [script, endedAt]));
  expect(ended).toEqual({ "ws/chat.ts": 500, "ws/game.ts": null });
});

test("a fault that comes again after a reload is a new one", () => {
  const { journal, line, reload } = setUp();
  line();
  reload({ changed: ["ws/chat.ts"] });
  line({ version: "v2" });
  expect(journal.faults.map(({ endedAt, count }) => [endedAt, count])).toEqual([
    [null, 1],
    [0, 1],
  ]);
});

test("a problem stays while each load finds it, and ends with the first that does not", () => {
  const { clock, journal, reload } = setUp();
  reload({ problems: [problem] });
  reload({ problems: [problem] });
  expect(journal.faults).toMatchObject([{ kind: "problem", endedAt: null, place: { line: 2, column: 5 } }]);
  clock.advance(100);
  reload({ changed: ["ws/chat.ts"] });
  expect(journal.faults).toMatchObject([{ endedAt: 100 }]);
});

test("a reload has what changed, what does not serve, and how many clients stayed", () => {
  const { journal, reload } = setUp();
  reload({ changed: ["ws/a.ts"], removed: ["ws/b.ts"], problems: [problem] });
  expect(journal.reloads).toEqual([
    { number: 1, at: 0, changed: ["ws/a.ts"], removed: ["ws/b.ts"], refused: ["ws/chat.ts"], sessions: 3 },
  ]);
});

test("a reload that changes nothing is not shown", () => {
  const { journal, reload } = setUp();
  reload();
  expect(journal.reloads).toEqual([]);
});

test("lists, names and texts are bounded, and the totals go on", () => {
  const { journal, line, reload } = setUp();
  for (let n = 1; n <= 100; n++) {
    line({ at: `ws/chat.ts:${n}:1`, text: "x".repeat(100_000), script: "s".repeat(1000) });
    reload({ changed: Array.from({ length: 500 }, (_, index) => `ws/${index}.ts`) });
  }
  expect(journal.totals).toEqual({ faults: 100, reloads: 100 });
  expect([journal.faults.length, journal.reloads.length]).toEqual([SHOWN.faults, SHOWN.reloads]);
  const [fault] = journal.faults;
  expect([fault?.text.length, fault?.script.length]).toEqual([LONGEST.text, LONGEST.name]);
  expect(journal.reloads[0]?.changed).toHaveLength(SHOWN.names);
});
