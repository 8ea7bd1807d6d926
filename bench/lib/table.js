import { summarize } from "./stats.js";

/** The peer that ratios are told against. */
export const BASE = "ws";

function format(value, { scale = 1, digits }) {
  return (value * scale).toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** Median over the rounds of one metric, or null. */
export function medianOf(result, name, key) {
  const entry = result?.entries.get(name);
  return entry ? (summarize(entry.rounds.map((metrics) => metrics[key]))?.median ?? null) : null;
}

function ratioText(result, name, { key, ratio }) {
  const own = medianOf(result, name, key);
  const base = medianOf(result, BASE, key);
  if (own === null || base === null) return "";
  const value = own / base;
  return `${value.toFixed(value < 10 ? 2 : 1)}×${ratio === "less" ? " (lower is better)" : ""}`;
}

function cells(column, entry) {
  const summary = summarize(entry.rounds.map((metrics) => metrics[column.key]));
  if (!summary) return ["–", "–"];
  const { median, min, max } = summary;
  return [format(median, column), `${format(min, column)}–${format(max, column)}`];
}

function heading({ title, unit }) {
  return `${title}, ${unit}`;
}

/** A result as rows of text, heading first; subjects without a figure are told in `notesOf`. */
export function rowsOf(result) {
  const { columns } = result.scenario;
  const main = columns.find((column) => column.ratio);
  const head = [
    "",
    ...columns.flatMap((column) => (column === main ? [heading(column), "min–max"] : [heading(column)])),
  ];
  const rows = [...result.entries].map(([name, entry]) => [
    name,
    ...columns.flatMap((column) =>
      column === main ? cells(column, entry) : cells(column, entry).slice(0, 1),
    ),
    ratioText(result, name, main),
  ]);
  return [[...head, `against ${BASE}`], ...rows];
}

/** What the reader must know beside the figures. */
export function notesOf(result) {
  return [...result.entries].flatMap(([name, { rounds, reason }]) => {
    const limited = rounds.filter((metrics) => metrics.generatorLimited).length;
    const disturbed = rounds.filter((metrics) => metrics.disturbed).length;
    return [
      ...(reason !== null ? [`${name}: ${rounds.length > 0 ? "stopped" : "not measured"}: ${reason}`] : []),
      ...(limited > 0
        ? [`${name}: the load generator was the limit in ${limited} of ${rounds.length} rounds`]
        : []),
      ...(disturbed > 0
        ? [`${name}: other programs were busy in ${disturbed} of ${rounds.length} rounds`]
        : []),
    ];
  });
}

/** Rows in columns for the terminal. */
export function toText(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]));
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

/** Rows as a Markdown table. */
export function toMarkdown(rows) {
  const line = (row) => `| ${row.join(" | ")} |`;
  const rule = rows[0].map((_, column) => (column === 0 ? "---" : "---:"));
  return [line(rows[0]), line(rule), ...rows.slice(1).map(line)].join("\n");
}
