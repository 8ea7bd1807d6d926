// CLI: lays a table out in lines of text.
import { visible } from "../../visible.ts";
import { displayWidth, abridged } from "./abridged.ts";

/** Returns the lines of a table, the heading first. If it is wider than `columns`, the widest columns are shortened. */
export function tableLines({ head, rows }: Table, columns: number | null): string[] {
  const cells = [head, ...rows].map((row) => row.map((cell) => visible(cell)));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => displayWidth(row[column] ?? ""))));
  if (columns !== null) fit(widths, columns - gap.length * (head.length - 1));
  return cells.map((row) => line(row, widths));
}

/** A heading for each column, and as many cells in each row. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const gap = "  ";
const narrowest = 8;

function line(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => padded(abridged(cell, widths[column] ?? 0), widths[column] ?? 0))
    .join(gap)
    .trimEnd();
}

function fit(widths: number[], available: number): void {
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    if (width <= narrowest) return;
    widths[widest] = width - 1;
    excess--;
  }
}

function padded(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - displayWidth(cell)));
}
