import type { ScriptStatus, ServerStatus } from "../../server.ts";
import { refuseNoFolder } from "../app-folder.ts";
import { askRunning } from "../control-client.ts";
import { UsageError } from "../failure.ts";
import { stopRequest } from "../stop-request.ts";
import { tableLines } from "../table.ts";
import type { Terminal } from "../terminal.ts";

/** How often the table is drawn anew, ms. */
const EVERY = 1000;
const CLEAR = "\u001b[H\u001b[J";

/** `parlor top`: how the scripts of the running server are doing, live. */
export async function top(dir: string, options: { json: boolean }, terminal: Terminal): Promise<number> {
  await refuseNoFolder(dir);
  let before = await statusOf(dir);
  if (options.json) {
    terminal.out(JSON.stringify(before, null, 2));
    return 0;
  }
  const stop = stopRequest();
  let isOver = false;
  void stop.requested.then(() => (isOver = true));
  while (!isOver) {
    await Promise.race([stop.requested, new Promise((resolve) => setTimeout(resolve, EVERY))]);
    const now = await statusOf(dir);
    terminal.out(`${terminal.interactive ? CLEAR : ""}${topLines(before, now, terminal).join("\n")}`);
    if (!terminal.interactive) break;
    before = now;
  }
  stop.dispose();
  return 0;
}

async function statusOf(dir: string): Promise<ServerStatus> {
  const reply = await askRunning(dir, { type: "ask" });
  if (reply?.type === "status") return reply.status as ServerStatus;
  throw new UsageError(`no server of this app is running: start one with "parlor serve ${dir}"`);
}

/** The table, from two looks a second apart. */
export function topLines(
  before: ServerStatus,
  now: ServerStatus,
  terminal: Pick<Terminal, "style" | "columns">,
): string[] {
  const { uptime, sessions, faults, discarded } = now;
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
    ),
  );
  const [heading = "", ...lines] = tableLines(
    { head: [...head, "RESTARTS", "RELOADS"], rows },
    terminal.columns,
  );
  const summary = `up ${uptime} s, ${sessions} sessions, ${faults} faults, ${discarded} messages discarded`;
  return [summary, "", terminal.style("dim", heading), ...lines];
}

function isSame(a: ScriptStatus, b: ScriptStatus): boolean {
  return a.script === b.script && a.host === b.host;
}

function cells(script: ScriptStatus, before: ScriptStatus | undefined): string[] {
  const { route, version, state, sessions, waiting, ticks, restarts, reloads } = script;
  return [
    route === "" ? script.script : route,
    version,
    state,
    String(sessions),
    String(script.received - (before?.received ?? script.received)),
    String(script.sent - (before?.sent ?? script.sent)),
    String(waiting),
    ticks === null ? "-" : pair(ticks.lateness),
    ticks === null ? "-" : pair(ticks.cost),
    String(restarts),
    String(reloads),
  ];
}

function pair({ p50, p99 }: { readonly p50: number; readonly p99: number }): string {
  return `${p50.toFixed(2)}/${p99.toFixed(2)} ms`;
}
