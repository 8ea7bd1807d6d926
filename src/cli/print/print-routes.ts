import { join } from "node:path";
import { tableLines } from "./table-lines.ts";
import type { Style, Terminal } from "./terminal.ts";
import { visible } from "./visible.ts";

/** What is printed of a route. */
export interface PrintedRoute {
  readonly kind: string;
  readonly route: string;
  readonly script: string;
  /** Empty where there is none. */
  readonly version: string;
  readonly state: string;
  readonly thread: string;
  readonly tickRate: number | null;
  readonly schedule: string | null;
  readonly status: string;
}

/** What is printed of a problem or a warning. */
export interface PrintedProblem {
  /** Relative to the app. */
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
  readonly code: string;
}

/** A table of what an app serves. */
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

function remark({ tickRate, schedule, status }: PrintedRoute): string {
  if (status === "failed") return "failed";
  if (tickRate !== null) return `${tickRate} ticks/s`;
  return schedule === null ? "" : `at ${schedule}`;
}

/** One line per problem and warning, with the file as it is found from here. */
export function printProblems(
  print: (line: string) => void,
  terminal: Terminal,
  found: {
    readonly dir: string;
    readonly problems: readonly PrintedProblem[];
    readonly label: "error" | "warn";
  },
): void {
  const style: Style = found.label === "error" ? "red" : "yellow";
  for (const problem of found.problems) {
    const line = `${placeOf(found.dir, problem)}: ${problem.message}`;
    print(`${terminal.style(style, found.label.padEnd(5))} ${visible(line)}`);
  }
}

function placeOf(dir: string, { file, line, column }: PrintedProblem): string {
  const path = file === "" ? dir : join(dir, file);
  return [path, line, column].filter((part) => part !== null).join(":");
}

/** `1 problem`, `2 problems`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
