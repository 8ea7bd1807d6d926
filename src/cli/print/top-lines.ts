// CLI: the table of `parlor top`.
import type { ScriptStatus, ServerStatus } from "../../server/serve.ts";
import { plural } from "./plural.ts";
import { tableLines } from "./table-lines.ts";
import type { Terminal } from "./terminal.ts";

/** The lines of the table, from two samples about a second apart. */
export function topLines(
  previous: StatusSample,
  latest: StatusSample,
  terminal: Pick<Terminal, "style" | "columns">,
): string[] {
  const { scripts } = latest.status;
  const rows = scripts.map((script) =>
    cells(
      script,
      previous.status.scripts.find((old) => isSame(old, script)),
      (latest.at - previous.at) / 1000,
    ),
  );
  const [heading = "", ...lines] = tableLines({ head: HEAD, rows }, terminal.columns);
  const styled = lines.map((line, index) => inColour(line, scripts[index]?.state, terminal));
  return [summary(latest.status), "", terminal.style("dim", heading), ...styled];
}

/** The status of a server at a time. */
export interface StatusSample {
  readonly status: ServerStatus;
  /** In milliseconds. */
  readonly at: number;
}

const HEAD = [
  "ROUTE",
  "VERSION",
  "STATE",
  "SESSIONS",
  "IN/S",
  "OUT/S",
  "WAITING",
  "LATE p50/p99",
  "COST p50/p99",
  "RESTARTS",
  "RELOADS",
];

function summary({ uptime, sessions, faults, dropped, discarded }: ServerStatus): string {
  const lost = `${plural(dropped, "message")} dropped, ${discarded} discarded`;
  return `up ${uptime} s, ${plural(sessions, "session")}, ${plural(faults, "fault")}, ${lost}`;
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

function cells(script: ScriptStatus, previous: ScriptStatus | undefined, seconds: number): string[] {
  const { route, version, sessions, waiting, ticks, restarts, reloads } = script;
  return [
    route === "" ? script.script : route,
    version,
    stateText(script),
    String(sessions),
    rate(previous?.received, script.received, seconds),
    rate(previous?.sent, script.sent, seconds),
    String(waiting),
    ticks === null ? "-" : pair(ticks.lateness),
    ticks === null ? "-" : pair(ticks.cost),
    String(restarts),
    String(reloads),
  ];
}

function stateText({ state, nextTry }: ScriptStatus): string {
  if (nextTry === null) return state;
  return nextTry === 0 ? `${state}, next try by a client` : `${state}, next try in ${nextTry} s`;
}

function rate(previous: number | undefined, latest: number, seconds: number): string {
  return previous === undefined ? "-" : String(Math.round((latest - previous) / seconds));
}

function pair({ p50, p99 }: { readonly p50: number; readonly p99: number }): string {
  return `${p50.toFixed(2)}/${p99.toFixed(2)} ms`;
}
