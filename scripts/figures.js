// Fills in the figures of README.md from docs/benchmarks.md. With --check it writes nothing, and fails if they differ.
// A figure stands between two comments: <!--fanout:bun-->5.54<!--/-->
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tools.js";

const readme = join(root, "README.md");
const benchmarks = readFileSync(join(root, "docs/benchmarks.md"), "utf8");

/** The table of each kind of figure: how its section starts, and the title of its column. */
const tables = {
  fanout: { section: "Fan-out: 100 clients", column: "deliveries, M/s" },
};

const text = readFileSync(readme, "utf8");
const filled = text.replace(
  /<!--(\w+):([\w-]+)-->[^<]*<!--\/-->/g,
  (_whole, kind, row) => `<!--${kind}:${row}-->${figure(kind, row)}<!--/-->`,
);
if (!process.argv.includes("--check")) writeFileSync(readme, filled);
else if (filled !== text) {
  console.error("README.md has other figures than docs/benchmarks.md; run npm run figures");
  process.exitCode = 1;
}

/** The cell of a row, by its first cell, in the column of the kind. */
function figure(kind, row) {
  const { section, column } = tables[kind] ?? {};
  const part = benchmarks.split(/^## /m).find((one) => section !== undefined && one.startsWith(section));
  const [titles = [], , ...rows] = (part ?? "").split("\n").filter(isRow).map(cellsOf);
  const cell = rows.find(([name]) => name === row)?.[titles.indexOf(column)];
  if (cell === undefined) throw new Error(`README.md: docs/benchmarks.md has no figure ${kind}:${row}`);
  return cell;
}

function isRow(line) {
  return line.startsWith("|");
}

function cellsOf(line) {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}
