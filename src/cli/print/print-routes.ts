// CLI: prints the table of what an app serves.
import { tableLines } from "./table-lines.ts";
import type { Terminal } from "./terminal.ts";

/** Prints a table with a row for each route. */
export function printRoutes(terminal: Terminal, routes: readonly PrintedRoute[]): void {
  const head = ["KIND", "ROUTE", "SCRIPT", "VERSION", "STATE", "THREAD", ""];
  const rows = routes.map((row) => [
    row.kind,
    row.route,
    row.script,
    row.version || "-",
    row.state,
    row.thread,
    remark(row),
  ]);
  const [heading, ...lines] = tableLines({ head, rows }, terminal.columns);
  terminal.out(terminal.style("dim", heading ?? ""));
  for (const [index, line] of lines.entries()) {
    terminal.out(routes[index]?.status === "failed" ? terminal.style("red", line) : line);
  }
}

/** The columns of a route. */
export interface PrintedRoute {
  readonly kind: string;
  readonly route: string;
  readonly script: string;
  /** Empty if there is none. */
  readonly version: string;
  readonly state: string;
  readonly thread: string;
  readonly tickRate: number | null;
  readonly schedule: string | null;
  readonly status: string;
}

function remark({ tickRate, schedule, status }: PrintedRoute): string {
  if (status === "failed") return "failed";
  if (tickRate !== null) return `${tickRate} ticks/s`;
  return schedule === null ? "" : `at ${schedule}`;
}
