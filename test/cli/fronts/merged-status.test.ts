import { expect, test } from "vitest";
import { mergedStatus } from "../../../src/cli/fronts/merged-status.ts";
import type { ScriptStatus, ServerStatus } from "../../../src/server/serve.ts";

const script = (values: Partial<ScriptStatus>): ScriptStatus => ({
  route: "/ws/a",
  script: "ws/a.js",
  version: "v1",
  state: "serving",
  nextTry: null,
  host: "/ws/a",
  sessions: 1,
  waiting: 2,
  pending: 3,
  received: 4,
  sent: 5,
  ticks: null,
  memory: null,
  busy: null,
  faults: 0,
  restarts: 0,
  restartReasons: { crash: 0, hang: 0, memory: 0 },
  reloads: 1,
  lastPause: 2,
  ...values,
});
const status = (scripts: ScriptStatus[], values: Partial<ServerStatus> = {}): ServerStatus => ({
  ...{ uptime: 5, sessions: 1, faults: 2, dropped: 3, discarded: 4, miscounts: [] },
  ...values,
  scripts,
});

test("counts of fronts are added, and a script has one row with the worst state", () => {
  const failed = script({ state: "failed", nextTry: 7, restarts: 3, lastPause: 9 });
  const merged = mergedStatus([status([script({})]), status([failed], { uptime: 9 })]);
  expect(merged).toMatchObject({ uptime: 9, sessions: 2, faults: 4, dropped: 6, discarded: 8 });
  const kept = [status([], { historyBytes: 1 }), status([], { historyBytes: 2 }), status([])];
  expect(mergedStatus(kept).historyBytes).toBe(3);
  expect(merged.scripts).toHaveLength(1);
  expect(merged.scripts[0]).toMatchObject({
    ...{ state: "failed", nextTry: 7, sessions: 2, waiting: 4, pending: 6, received: 8, sent: 10 },
    ...{ restarts: 3, reloads: 1, lastPause: 9, version: "v1" },
  });
});

test("a script that serves on one front and is idle on another one serves", () => {
  const rows = [script({ state: "idle" }), script({ state: "serving" })];
  expect(mergedStatus(rows.map((row) => status([row]))).scripts[0]?.state).toBe("serving");
});

test("the times of ticks are those of the front that is latest", () => {
  const stats = (p99: number) => ({ lateness: { p50: 0, p99 }, cost: { p50: 0, p99: 1 } });
  const rows = [2, 8, 4].map((p99) => script({ ticks: stats(p99) as NonNullable<ScriptStatus["ticks"]> }));
  const merged = mergedStatus([...rows.map((row) => status([row])), status([script({ ticks: null })])]);
  expect(merged.scripts[0]?.ticks?.lateness.p99).toBe(8);
});

test("memory, busy time and faults of fronts are added, where they are known, and so are restarts by reason", () => {
  const busy = {
    memory: 3,
    busy: 10,
    faults: 1,
    restarts: 2,
    restartReasons: { crash: 1, hang: 0, memory: 1 },
  };
  const more = { memory: 4, faults: 2, restarts: 3, restartReasons: { crash: 0, hang: 1, memory: 2 } };
  const merged = mergedStatus([{}, busy, more].map((values) => status([script(values)])));
  expect(merged.scripts[0]).toMatchObject({
    ...{ memory: 7, busy: 10, faults: 3, restarts: 5 },
    restartReasons: { crash: 1, hang: 1, memory: 3 },
  });
  expect(mergedStatus([status([script({})])]).scripts[0]).toMatchObject({ memory: null, busy: null });
});
