// CLI: the table of `parlor top`.
import type { ScriptStatus, ServerStatus } from "../../server/serve.ts";
import { plural } from "../../boundary/text/plural.ts";
import { fittedTable, type Column } from "./fitted-table.ts";
import { displayWidth, abridged } from "./abridged.ts";
import type { Terminal } from "./terminal.ts";

/** The lines of the table, from two samples about a second apart. None is wider than the terminal. */
export function topLines(
  previous: StatusSample,
  latest: StatusSample,
  terminal: Pick<Terminal, "style" | "columns">,
): string[] {
  const { scripts } = latest.status;
  const seconds = (latest.at - previous.at) / 1000;
  const rows = scripts.map((script) => ({
    ...{ script, seconds },
    previous: previous.status.scripts.find((old) => isSame(old, script)),
  }));
  const columns = COLUMNS.map(({ text, ...column }): Column => ({ ...column, cells: rows.map(text) }));
  const [heading = "", ...lines] = fittedTable(columns, terminal.columns);
  const styled = lines.map((line, index) => inColour(line, scripts[index]?.state, terminal));
  const summary = wrapped(summaryOf(latest.status), terminal.columns ?? Infinity);
  return [...summary, "", terminal.style("dim", heading), ...styled];
}

/** The status of a server at a time. */
export interface StatusSample {
  readonly status: ServerStatus;
  /** In milliseconds. */
  readonly at: number;
}

/** A script now and in the previous sample. */
interface Row {
  readonly script: ScriptStatus;
  readonly previous: ScriptStatus | undefined;
  readonly seconds: number;
}

interface TopColumn extends Omit<Column, "cells"> {
  readonly text: (row: Row) => string;
}

// In the order in which they are shown. The ranks are in the order in which they matter.
const COLUMNS: readonly TopColumn[] = [
  {
    ...{ head: "ROUTE", rank: 0, least: 16, wholeRank: 9 },
    shorten: (name, width) => abridged(name, width, "middle"),
    text: ({ script }) => (script.route === "" ? script.script : script.route),
  },
  { head: "VERSION", rank: 12, text: ({ script }) => script.version },
  {
    head: "STATE",
    rank: 0,
    least: 10,
    wholeRank: 4,
    shorten: stateWord,
    text: ({ script }) => stateText(script),
  },
  { head: "SESSIONS", rank: 5, text: ({ script }) => String(script.sessions) },
  {
    ...{ head: "IN/S", rank: 6 },
    text: ({ script, previous, seconds }) => rate(previous?.received, script.received, seconds),
  },
  {
    ...{ head: "OUT/S", rank: 7 },
    text: ({ script, previous, seconds }) => rate(previous?.sent, script.sent, seconds),
  },
  { head: "WAITING", rank: 8, text: ({ script }) => String(script.waiting) },
  { head: "BUSY", rank: 4, text: busyText },
  { head: "MEMORY", rank: 1, text: ({ script }) => memoryText(script.memory) },
  { head: "LATE p50/p99", rank: 9, text: ({ script: { ticks } }) => pair(ticks?.lateness) },
  { head: "COST p50/p99", rank: 10, text: ({ script: { ticks } }) => pair(ticks?.cost) },
  { head: "FAULTS", rank: 2, text: ({ script }) => String(script.faults) },
  {
    head: "RESTARTS",
    rank: 3,
    least: 8,
    wholeRank: 4,
    shorten: restartCount,
    text: ({ script }) => restartsText(script),
  },
  { head: "RELOADS", rank: 11, text: ({ script }) => String(script.reloads) },
];

function summaryOf(status: ServerStatus): string[] {
  const { uptime, sessions, faults, dropped, discarded, historyBytes = 0 } = status;
  const kept = historyBytes === 0 ? [] : [`${memoryText(historyBytes)} kept for rooms`];
  const lost = [`${plural(dropped, "message")} dropped`, `${discarded} discarded`];
  return [`up ${uptime} s`, plural(sessions, "session"), plural(faults, "fault"), ...lost, ...kept];
}

/** Joins the parts by commas, on as many lines as they need. */
function wrapped([first = "", ...parts]: readonly string[], width: number): string[] {
  const lines = [first];
  for (const part of parts) {
    const line = `${lines.at(-1)}, ${part}`;
    if (displayWidth(line) < width) lines[lines.length - 1] = line;
    else lines.push(part);
  }
  return lines.map((line) => abridged(line, width));
}

function inColour(
  line: string,
  state: ScriptStatus["state"] | undefined,
  terminal: Pick<Terminal, "style">,
): string {
  if (state === "failed") return terminal.style("red", line);
  return state === "idle" || state === "serving" ? line : terminal.style("yellow", line);
}

function isSame(a: ScriptStatus, b: ScriptStatus): boolean {
  return a.script === b.script && a.host === b.host;
}

function stateText({ state, nextTry }: ScriptStatus): string {
  if (nextTry === null) return state;
  return nextTry === 0 ? `${state}, next try by a client` : `${state}, next try in ${nextTry} s`;
}

/** Where there is no room for when it is tried again. */
function stateWord(state: string): string {
  return state.split(",", 1)[0] ?? "";
}

// A host that was started again in between has been busy for less than before.
function busyText({ script: { busy }, previous, seconds }: Row): string {
  const before = previous?.busy ?? null;
  if (busy === null || before === null || busy < before - JITTER) return "-";
  return `${Math.max(0, Math.round((busy - before) / (10 * seconds)))}%`;
}

/** By so much the busy time of a thread that rests may seem to fall, ms. */
const JITTER = 1;

function memoryText(bytes: number | null): string {
  if (bytes === null) return "-";
  const mebibytes = bytes / 2 ** 20;
  if (mebibytes >= 1000) return `${(mebibytes / 1024).toFixed(1)} GiB`;
  return `${mebibytes < 9.95 ? mebibytes.toFixed(1) : Math.round(mebibytes)} MiB`;
}

function restartsText({ restarts, restartReasons }: ScriptStatus): string {
  const reasons = Object.entries(restartReasons).filter(([, count]) => count > 0);
  const [first = "", ...others] = reasons.sort(([, a], [, b]) => b - a).map(([name, n]) => `${n} ${name}`);
  if (first === "") return String(restarts);
  return others.length === 0 ? first : `${restarts} (${[first, ...others].join(", ")})`;
}

/** Where there is no room for the reasons. */
function restartCount(restarts: string): string {
  return restarts.split(" ", 1)[0] ?? "";
}

function rate(previous: number | undefined, latest: number, seconds: number): string {
  return previous === undefined ? "-" : String(Math.round((latest - previous) / seconds));
}

function pair(times: { readonly p50: number; readonly p99: number } | undefined): string {
  if (times === undefined) return "-";
  const { p50, p99 } = times;
  return `${p50.toFixed(2)}/${p99.toFixed(2)} ms`;
}
