import { loadavg } from "node:os";

/** What the soak was to reach, and has. */
export interface Target {
  readonly target: string;
  readonly wanted: string;
  readonly measured: string;
  readonly isReached: boolean;
}

/** Figures of the soak as a table, with the load of the machine: no figure is worth more than that allows. */
export function tableOf(targets: readonly Target[]): string {
  const rows = [
    ["target", "wanted", "measured", ""],
    ...targets.map(({ target, wanted, measured, isReached }) => [
      target,
      wanted,
      measured,
      isReached ? "reached" : "MISSED",
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | "));
  const line = widths.map((width) => "-".repeat(width)).join("-|-");
  return ["", ...lines.slice(0, 1), line, ...lines.slice(1), `load average: ${loads()}`].join("\n");
}

export function loads(): string {
  return loadavg()
    .map((load) => load.toFixed(1))
    .join(", ");
}
