import { expect, test } from "vitest";
import { topLines, type StatusSample } from "../../../src/cli/print/top-lines.ts";
import { displayWidth } from "../../../src/cli/print/abridged.ts";
import type { ScriptStatus } from "../../../src/server/serve.ts";
import { recordingTerminal } from "../support/recording-terminal.ts";

const script = (changes: Partial<ScriptStatus>): ScriptStatus => ({
  route: "/ws/chat",
  script: "ws/chat.ts",
  version: "3f2a9c1e",
  state: "serving",
  nextTry: null,
  host: "/ws/chat",
  sessions: 2,
  waiting: 0,
  pending: 0,
  received: 10,
  sent: 20,
  ticks: null,
  memory: null,
  busy: null,
  faults: 0,
  restarts: 0,
  restartReasons: { crash: 0, hang: 0, memory: 0 },
  reloads: 0,
  lastPause: 0,
  ...changes,
});

const restarted = (reasons: Partial<ScriptStatus["restartReasons"]>): Partial<ScriptStatus> => {
  const restartReasons = { crash: 0, hang: 0, memory: 0, ...reasons };
  return { restarts: restartReasons.crash + restartReasons.hang + restartReasons.memory, restartReasons };
};

const sample = (at: number, ...scripts: ScriptStatus[]): StatusSample => ({
  at,
  status: { uptime: 65, sessions: 1, faults: 2, dropped: 3, discarded: 4, miscounts: [], scripts },
});

test("topLines shows what rooms keep, if they keep something", () => {
  const { at, status } = sample(500, script({}));
  const kept = { at, status: { ...status, historyBytes: 3 * 2 ** 20 } };
  const [summary] = topLines(kept, kept, recordingTerminal());
  expect(summary).toBe(
    "up 65 s, 1 session, 2 faults, 3 messages dropped, 4 discarded, 3.0 MiB kept for rooms",
  );
});

test("topLines shows the messages per second of each script since the previous sample", () => {
  const ticks = { lateness: { p50: 0.018, p99: 0.3 }, cost: { p50: 0.1, p99: 1.25 }, skipped: 0 };
  const game = { route: "/ws/game", script: "ws/game.ts", host: "/ws/game" };
  const heavy = { busy: 1100, memory: 12 * 2 ** 20, faults: 4, ...restarted({ memory: 3 }) };
  const cron = { route: "", script: "cron/clean.ts", host: "http", received: 0, sent: 0, sessions: 0 };
  const lines = topLines(
    sample(500, script({ busy: 100 })),
    sample(
      2500,
      script({ received: 15, sent: 120, waiting: 7, ...heavy }),
      script({ ...game, ticks }),
      script(cron),
    ),
    recordingTerminal(),
  );
  expect(lines).toEqual([
    "up 65 s, 1 session, 2 faults, 3 messages dropped, 4 discarded",
    "",
    "ROUTE          VERSION   STATE    SESSIONS  IN/S  OUT/S  WAITING  BUSY  MEMORY  LATE p50/p99  COST p50/p99  FAULTS  RESTARTS  RELOADS",
    "/ws/chat       3f2a9c1e  serving  2         3     50     7        50%   12 MiB  -             -             4       3 memory  0",
    "/ws/game       3f2a9c1e  serving  2         -     -      0        -     -       0.02/0.30 ms  0.10/1.25 ms  0       0         0",
    "cron/clean.ts  3f2a9c1e  serving  0         -     -      0        -     -       -             -             0       0         0",
  ]);
});

test("topLines prints a failed script in red and a restarting one in yellow", () => {
  const now = sample(
    0,
    script({ state: "failed" }),
    script({ state: "restarting" }),
    script({ state: "idle" }),
  );
  const lines = topLines(now, now, recordingTerminal({ colors: true })).slice(3);
  expect(lines.map((line) => /^<(\w+)>/.exec(line)?.[1] ?? null)).toEqual(["red", "yellow", null]);
});

// Each value is as wide as it gets.
const wide = script({
  ...{ route: "/ws/rooms/of-the-whole-company/and-of-its-guests/:id", state: "failed", nextTry: 120 },
  ...{ sessions: 250_000, received: 9_000_000, sent: 90_000_000, waiting: 10_000 },
  ...{ memory: 1000 * 2 ** 20, busy: 10_000, faults: 123_456_789, reloads: 1234 },
  ...restarted({ crash: 1200, hang: 340, memory: 56 }),
  ticks: { lateness: { p50: 1234.5, p99: 9999.9 }, cost: { p50: 999.9, p99: 1234.5 }, skipped: 0 },
});
const small = script({ memory: 5 * 2 ** 20, busy: 500, faults: 7, ...restarted({ memory: 3 }) });
const before = sample(
  0,
  ...[wide, small].map((row) => ({ ...row, busy: 0, received: 0, sent: 0 }) satisfies ScriptStatus),
);
const linesAt = (columns: number | null, ...scripts: ScriptStatus[]): string[] =>
  topLines(before, sample(1000, ...scripts), recordingTerminal({ columns }));

test.each([5, 10, 20, 40, 60, 80, 100, 120, 150])(
  "no line of topLines is wider than %i columns",
  (columns) => {
    const odd = script({ route: `/ws/${"会議室".repeat(9)}`, state: "restarting" });
    const tall = script({ route: "", script: `cron/${"e\u0301".repeat(60)}.ts` });
    const lines = linesAt(columns, wide, small, odd, tall);
    expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
  },
);

test.each([40, 60, 80, 120])("topLines shows name and state of each script in %i columns", (columns) => {
  const [heading, first, second] = linesAt(columns, wide, small).slice(-3);
  expect(heading).toMatch(/^ROUTE +(?:VERSION +)?STATE/);
  expect(first).toMatch(/^\/ws\/\S*\.\.\.\S* +failed/);
  expect(second).toMatch(/^\/ws\/chat +serving/);
});

test("topLines shows memory, faults and restarts with their reason in 80 columns", () => {
  const [heading, first, second] = linesAt(80, wide, small).slice(-3);
  expect(heading).toMatch(/ MEMORY +FAULTS +RESTARTS$/);
  expect(first).toMatch(/^\/ws\/roo\S+s\/:id +failed, next try in 120 s .* 1\.0 GiB +123456789 +1596$/);
  expect(second).toMatch(/ 50% +5\.0 MiB +7 +3 memory$/);
});

test("topLines leaves out columns in the order of their ranks, and shows all where the output is not a terminal", () => {
  const shown = (columns: number | null): string[] =>
    (linesAt(columns, small).at(-2) ?? "").split(/ {2,}/).filter((head) => head !== "");
  const least = ["ROUTE", "STATE", "MEMORY", "FAULTS"];
  expect(shown(20)).toEqual(least.slice(0, 2));
  expect(shown(40)).toEqual(least);
  for (let columns = 20; columns < 160; columns += 1)
    expect(shown(columns + 1)).toEqual(expect.arrayContaining(shown(columns)));
  expect(shown(160)).toEqual(shown(null));
  expect(shown(null)).toHaveLength(14);
  expect(linesAt(null, wide).at(-1)).toContain("1596 (1200 crash, 340 hang, 56 memory)");
});

test("topLines shows a short state with its next try where there is room", () => {
  const failed = script({ state: "failed", nextTry: 12 });
  expect(linesAt(80, failed).at(-1)).toContain("failed, next try in 12 s");
  expect(linesAt(120, failed).at(-1)).toContain("failed, next try in 12 s");
  expect(linesAt(40, failed).at(-1)).toMatch(/ failed {2,}/);
});

test("topLines shows 0% for a thread that rests, whose busy time seems to fall by a few microseconds", () => {
  const [earlier, now] = [script({ busy: 50.004 }), script({ busy: 50.001 })];
  const lines = topLines(sample(0, earlier), sample(1000, now), recordingTerminal({ columns: 80 }));
  expect(lines.at(-1)).toMatch(/ 0% /);
});

test("topLines shows no busy time of a host that was started again since the previous sample", () => {
  const now = linesAt(null, { ...small, busy: 5 });
  const restartedHost = topLines(
    sample(0, { ...small, busy: 900 }),
    sample(1000, small),
    recordingTerminal(),
  );
  expect(now.at(-1)).toContain(" 1% ");
  expect(restartedHost.at(-1)).toMatch(/ 0 +- +5\.0 MiB/);
});
