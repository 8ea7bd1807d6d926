import { expect, test } from "vitest";
import { topLines, type StatusSample } from "../../../src/cli/print/top-lines.ts";
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
  restarts: 0,
  reloads: 0,
  lastPause: 0,
  ...changes,
});

const sample = (at: number, ...scripts: ScriptStatus[]): StatusSample => ({
  at,
  status: { uptime: 65, sessions: 1, faults: 2, dropped: 3, discarded: 4, scripts },
});

test("topLines shows the messages per second of each script since the previous sample", () => {
  const ticks = { lateness: { p50: 0.018, p99: 0.3 }, cost: { p50: 0.1, p99: 1.25 }, skipped: 0 };
  const game = { route: "/ws/game", script: "ws/game.ts", host: "/ws/game" };
  const cron = { route: "", script: "cron/clean.ts", host: "http", received: 0, sent: 0, sessions: 0 };
  const lines = topLines(
    sample(500, script({})),
    sample(2500, script({ received: 15, sent: 120, waiting: 7 }), script({ ...game, ticks }), script(cron)),
    recordingTerminal(),
  );
  expect(lines).toEqual([
    "up 65 s, 1 session, 2 faults, 3 messages dropped, 4 discarded",
    "",
    "ROUTE          VERSION   STATE    SESSIONS  IN/S  OUT/S  WAITING  LATE p50/p99  COST p50/p99  RESTARTS  RELOADS",
    "/ws/chat       3f2a9c1e  serving  2         3     50     7        -             -             0         0",
    "/ws/game       3f2a9c1e  serving  2         -     -      0        0.02/0.30 ms  0.10/1.25 ms  0         0",
    "cron/clean.ts  3f2a9c1e  serving  0         -     -      0        -             -             0         0",
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
