// CLI: `parlor nodes`, a table of all nodes of the running server's cluster.
import type { NodeInfo } from "../../server/serve.ts";
import { refuseNoFolder } from "../common/app-folder.ts";
import { askCluster } from "../control/ask-cluster.ts";
import { fittedTable, type Column } from "../print/fitted-table.ts";
import type { Terminal } from "../print/terminal.ts";

/** Prints the table. Returns 1 if a node does not reply. */
export async function nodes(dir: string, options: { json: boolean }, terminal: Terminal): Promise<number> {
  await refuseNoFolder(dir);
  const all = (await askCluster(dir, { what: "nodes" })) as readonly NodeInfo[];
  if (options.json) terminal.out(JSON.stringify(all, null, 2));
  else terminal.out(nodeLines(all, terminal).join("\n"));
  return all.some(({ state }) => state === "silent") ? 1 : 0;
}

function nodeLines(all: readonly NodeInfo[], terminal: Pick<Terminal, "style" | "columns">): string[] {
  const columns = COLUMNS.map(({ text, ...column }): Column => ({ ...column, cells: all.map(text) }));
  const [heading = "", ...lines] = fittedTable(columns, terminal.columns);
  const styled = lines.map((line, at) => (all[at]?.state === "up" ? line : terminal.style("yellow", line)));
  return [terminal.style("dim", heading), ...styled];
}

interface NodeColumn extends Omit<Column, "cells"> {
  readonly text: (node: NodeInfo) => string;
}

// A node that does not reply is known by its id alone.
const known =
  (text: (node: NodeInfo) => string) =>
  (node: NodeInfo): string =>
    node.state === "silent" ? "-" : text(node);

const COLUMNS: readonly NodeColumn[] = [
  { head: "NODE", rank: 0, text: ({ id }) => id },
  { head: "ADDRESS", rank: 3, least: 12, text: known(({ address }) => address) },
  { head: "PID", rank: 7, text: known(({ pid }) => String(pid)) },
  { head: "VERSION", rank: 4, text: known(({ version }) => version || "-") },
  { head: "STATE", rank: 0, text: ({ state }) => state },
  { head: "SESSIONS", rank: 1, text: known(({ sessions }) => String(sessions)) },
  { head: "ROOMS", rank: 5, text: known(({ rooms }) => String(rooms)) },
  { head: "AGE", rank: 6, text: known(({ uptime }) => ageText(uptime)) },
  { head: "LAST HEARTBEAT", rank: 2, text: ({ silence }) => `${(silence / 1000).toFixed(1)} s ago` },
];

function ageText(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
