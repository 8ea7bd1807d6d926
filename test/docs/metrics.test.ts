import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dashboard, dashboardQueries } from "../support/dashboard.ts";
import { ALL_SERIES } from "../../src/server/monitor/metrics.ts";

const KNOWN = new Map(ALL_SERIES.map((series) => [series.name, series]));

const page = readFileSync(join(import.meta.dirname, "../../docs/metrics.md"), "utf8");

test("docs/metrics.md lists every series with its type, labels and meaning, and no other", () => {
  const [, table = ""] = /\| series [^\n]*\n\| -[^\n]*\n((?:\|[^\n]*\n)+)/.exec(page) ?? [];
  const listed = table
    .trimEnd()
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")))
    .map(([, name, type, labels, help]) => ({ name, type, labels, help }));
  const known = ALL_SERIES.map(({ name, type, labels, help }) => ({
    name,
    type,
    labels: labels.join(", "),
    help,
  }));
  expect(listed).toEqual(known);
});

test("the conditions in docs/metrics.md name series that exist", () => {
  const names = [...page.matchAll(/\bparlor_\w+/g)].map(([name]) => name);
  const known = new Set(ALL_SERIES.map(({ name }) => name));
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});

test("every query of the dashboard is about series and labels that exist", () => {
  for (const { expr } of dashboardQueries()) {
    const names = [...expr.matchAll(/\b(?:parlor|process)_\w+/g)].map(([name]) => name);
    expect(names.length, expr).toBeGreaterThan(0);
    const series = names.map(
      (name) => KNOWN.get(name) ?? KNOWN.get(name.replace(/_(?:bucket|sum|count)$/, "")),
    );
    expect(series, expr).not.toContain(undefined);
    const labels = new Set(["job", "instance", ...series.flatMap((one) => one?.labels ?? [])]);
    const used = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(/, ?/));
    for (const [, label = ""] of expr.matchAll(/(\w+)(?:=~?|!=)"/g)) used.push(label);
    for (const label of used) expect(labels.has(label), `${label} in ${expr}`).toBe(true);
  }
});

test("the panels of the dashboard do not overlap, and each has a number and a title of its own", () => {
  const { panels } = dashboard();
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
});
