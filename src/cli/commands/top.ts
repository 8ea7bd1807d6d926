import type { ScriptStatus, ServerStatus } from "../../server/serve.ts";
import { refuseNoFolder } from "../app-folder.ts";
import { askRunning } from "../control/control-client.ts";
import { UsageError } from "../failure.ts";
import { count } from "../print/print-routes.ts";
import { stopRequest } from "../stop-request.ts";
import { tableLines } from "../print/table-lines.ts";
import type { Terminal } from "../print/terminal.ts";

/** How often the table is drawn anew, ms. */
const EVERY = 1000;
const CLEAR = "\u001b[H\u001b[J";

/** `parlor top`: how the scripts of the running server are doing, live. */
export async function top(dir: string, options: { json: boolean }, terminal: Terminal): Promise<number> {
  await refuseNoFolder(dir);
  let before = await look(dir);
  if (options.json) {
    terminal.out(JSON.stringify(before.status, null, 2));
    return 0;
  }
  const stop = stopRequest();
  let isOver = false;
  void stop.requested.then(() => (isOver = true));
  while (!isOver) {
    await Promise.race([stop.requested, new Promise((resolve) => setTimeout(resolve, EVERY))]);
    // Less than a second's worth would look like less traffic.
    if (isOver) break;
    const now = await look(dir);
    terminal.out(`${terminal.interactive ? CLEAR : ""}${topLines(before, now, terminal).join("\n")}`);
    if (!terminal.interactive) break;
    before = now;
  }
  stop.dispose();
  return 0;
}

async function look(dir: string): Promise<Look> {
  const reply = await askRunning(dir, { type: "ask" });
  if (reply?.type === "status") return { status: reply.status as ServerStatus, at: performance.now() };
  throw new UsageError(`no server of this app is running: start one with "parlor serve ${dir}"`);
}

/** How the server was at a moment, ms. */
export interface Look {
  readonly status: ServerStatus;
  readonly at: number;
}

/** The table, from two looks about a second apart. */
export function topLines(
  { status: before, at: begin }: Look,
  { status: now, at: end }: Look,
  terminal: Pick<Terminal, "style" | "columns">,
): string[] {
  const { uptime, sessions, faults, dropped, discarded } = now;
  const head = [
    "ROUTE",
    "VERSION",
    "STATE",
    "SESSIONS",
    "IN/S",
    "OUT/S",
    "WAITING",
    "LATE p50/p99",
    "COST p50/p99",
  ];
  const rows = now.scripts.map((script) =>
    cells(
      script,
      before.scripts.find((old) => isSame(old, script)),
      (end - begin) / 1000,
    ),
  );
  const [heading = "", ...lines] = tableLines(
    { head: [...head, "RESTARTS", "RELOADS"], rows },
    terminal.columns,
  );
  const lost = `${count(dropped, "message")} dropped, ${discarded} discarded`;
  const summary = `up ${uptime} s, ${count(sessions, "session")}, ${count(faults, "fault")}, ${lost}`;
  const shown = lines.map((line, index) => inColour(line, now.scripts[index]?.state, terminal));
  return [summary, "", terminal.style("dim", heading), ...shown];
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

function cells(script: ScriptStatus, before: ScriptStatus | undefined, seconds: number): string[] {
  const { route, version, state, sessions, waiting, ticks, restarts, reloads } = script;
  return [
    route === "" ? script.script : route,
    version,
    state,
    String(sessions),
    rate(before?.received, script.received, seconds),
    rate(before?.sent, script.sent, seconds),
    String(waiting),
    ticks === null ? "-" : pair(ticks.lateness),
    ticks === null ? "-" : pair(ticks.cost),
    String(restarts),
    String(reloads),
  ];
}

function rate(before: number | undefined, now: number, seconds: number): string {
  return before === undefined ? "-" : String(Math.round((now - before) / seconds));
}

function pair({ p50, p99 }: { readonly p50: number; readonly p99: number }): string {
  return `${p50.toFixed(2)}/${p99.toFixed(2)} ms`;
}
