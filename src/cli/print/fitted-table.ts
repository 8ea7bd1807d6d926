// CLI: a table that is never wider than the terminal: it leaves out the columns that matter least.
import { visible } from "../../visible.ts";
import { displayWidth, abridged } from "./abridged.ts";
import { tableLines } from "./table-lines.ts";

/** The lines of a table, the heading first. Without a limit (null) it has all columns, and shortens no cell. */
export function fittedTable(columns: readonly Column[], limit: number | null): string[] {
  const all = columns.map((column) => new SizedColumn(column));
  const shown = limit === null ? all : fitted(all, limit);
  const rows = (shown[0]?.cells ?? []).map((_, row) => shown.map((column) => column.cell(row)));
  return tableLines({ head: shown.map((column) => column.heading), rows }, null);
}

/** A column of a table. */
export interface Column {
  readonly head: string;
  /** 0: always shown. Of the others, those with the highest ranks are left out first. */
  readonly rank: number;
  readonly cells: readonly string[];
  /** It may be made as narrow as this before another column is left out; its full width if absent. */
  readonly least?: number;
  /** Its cells are shown whole before a column of this rank or a higher one is shown, if there is room for that. */
  readonly wholeRank?: number;
  /** Returns a cell as it is shown where it does not fit; by default its start and an ellipsis. */
  readonly shorten?: (cell: string, width: number) => string;
}

/** A column and its width. */
class SizedColumn {
  readonly rank: number;
  readonly wholeRank: number;
  readonly cells: readonly string[];
  least: number;
  width: number;
  readonly #head: string;
  readonly #shorten: (cell: string, width: number) => string;

  constructor({ head, rank, cells, least = Infinity, wholeRank = Infinity, shorten = abridged }: Column) {
    this.rank = rank;
    this.wholeRank = wholeRank;
    this.cells = cells.map((cell) => visible(cell));
    this.width = Math.max(...[head, ...this.cells].map(displayWidth));
    this.least = Math.min(least, this.width);
    this.#head = head;
    this.#shorten = shorten;
  }

  get heading(): string {
    return abridged(this.#head, this.width);
  }

  cell(row: number): string {
    const cell = this.cells[row] ?? "";
    return displayWidth(cell) <= this.width ? cell : abridged(this.#shorten(cell, this.width), this.width);
  }
}

const GAP = 2;

function fitted(all: readonly SizedColumn[], limit: number): SizedColumn[] {
  const shown = chosen(all, limit);
  const columns = all.filter((column) => shown.has(column));
  const available = limit - GAP * (columns.length - 1);
  narrow(columns, available, ({ least }) => least);
  narrow(columns, available, () => 1);
  return columns;
}

/** As soon as a column does not fit, none that matters less is shown in its place. */
function chosen(all: readonly SizedColumn[], limit: number): Set<SizedColumn> {
  const shown = new Set<SizedColumn>();
  let room = limit + GAP;
  for (const column of all.toSorted((a, b) => a.rank - b.rank)) {
    for (const known of shown) if (known.wholeRank <= column.rank) room -= widen(known, room);
    room -= column.least + GAP;
    if (room < 0 && column.rank > 0) break;
    shown.add(column);
  }
  return shown;
}

/** A column is to be shown whole, if there is room; returns how much it takes of that. */
function widen(column: SizedColumn, room: number): number {
  const more = column.width - column.least;
  if (more > room) return 0;
  column.least = column.width;
  return more;
}

/** Makes the widest columns narrower, down to a bound, until they fit. */
function narrow(
  columns: readonly SizedColumn[],
  available: number,
  bound: (column: SizedColumn) => number,
): void {
  let excess = columns.reduce((sum, { width }) => sum + width, 0) - available;
  for (; excess > 0; excess -= 1) {
    const wider = columns.filter((column) => column.width > bound(column));
    const [widest] = wider.toSorted((a, b) => b.width - a.width);
    if (widest === undefined) return;
    widest.width -= 1;
  }
}
