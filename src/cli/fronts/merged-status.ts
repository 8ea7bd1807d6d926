// CLI: the status of several fronts as one table.
import type { ScriptStatus, ServerStatus } from "../../server/serve.ts";

/** Counts are added; a script has one row, with the state and the times of the front where it is worst. */
export function mergedStatus(all: readonly ServerStatus[]): ServerStatus {
  const rows = new Map<string, ScriptStatus>();
  for (const script of all.flatMap(({ scripts }) => scripts)) {
    const key = `${script.script} ${script.host}`;
    const known = rows.get(key);
    rows.set(key, known === undefined ? script : merged(known, script));
  }
  return {
    uptime: Math.max(...all.map(({ uptime }) => uptime)),
    sessions: sum(all, "sessions"),
    faults: sum(all, "faults"),
    dropped: sum(all, "dropped"),
    discarded: sum(all, "discarded"),
    historyBytes: sum(all, "historyBytes"),
    miscounts: all.flatMap(({ miscounts }) => miscounts),
    scripts: [...rows.values()],
  };
}

type Summed = "sessions" | "faults" | "dropped" | "discarded" | "historyBytes";

function sum(all: readonly ServerStatus[], name: Summed): number {
  return all.reduce((total, each) => total + (each[name] ?? 0), 0);
}

function merged(one: ScriptStatus, other: ScriptStatus): ScriptStatus {
  const worse = badness(other) > badness(one) ? other : one;
  const late = (other.ticks?.lateness.p99 ?? 0) > (one.ticks?.lateness.p99 ?? 0) ? other : one;
  return {
    ...one,
    state: worse.state,
    nextTry: worse.nextTry,
    version: one.version === other.version ? one.version : `${one.version}, ${other.version}`,
    sessions: one.sessions + other.sessions,
    waiting: one.waiting + other.waiting,
    pending: one.pending + other.pending,
    received: one.received + other.received,
    sent: one.sent + other.sent,
    ticks: late.ticks ?? one.ticks ?? other.ticks,
    memory: knownSum(one.memory, other.memory),
    busy: knownSum(one.busy, other.busy),
    faults: one.faults + other.faults,
    restarts: one.restarts + other.restarts,
    restartReasons: {
      crash: one.restartReasons.crash + other.restartReasons.crash,
      hang: one.restartReasons.hang + other.restartReasons.hang,
      memory: one.restartReasons.memory + other.restartReasons.memory,
    },
    reloads: Math.max(one.reloads, other.reloads),
    lastPause: Math.max(one.lastPause, other.lastPause),
  };
}

function knownSum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : one + other;
}

// A route that serves on one front and is idle on another one serves.
function badness({ state }: ScriptStatus): number {
  if (state === "idle") return 0;
  if (state === "serving") return 1;
  return state === "failed" ? 3 : 2;
}
