import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ERRORS } from "../../src/boundary/errors.ts";
import { checkConfig, defaults } from "../../src/config.ts";
import { LimitCounts } from "../../src/front/limits/limit-counts.ts";
import { serveOn } from "../support/served-app.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

/** Numbers of the configuration that bound nothing. */
const NO_LIMITS = new Set(["port", "fronts", "sharedThreads", "idleThread", "backlog", "keepAliveTimeout"]);
const GROUPS = ["heartbeat", "turnLimit", "sessionLimits", "hostLimits", "limits"] as const;

const page = readFileSync(join(import.meta.dirname, "../../docs/limits.md"), "utf8");
const rows = page.split("\n").flatMap((line) => {
  const [, , option = "", value = "", range = ""] = line.split("|").map((cell) => cell.trim());
  return /^`[\w.]+`$/.test(option) ? [{ option: plain(option), value: plain(value), range }] : [];
});

/** Also of bounds that no option sets alone. */
const counters = page.split("\n").flatMap((line) => /^\|.*\| `([\w.]+)` +\|$/.exec(line)?.[1] ?? []);

function plain(cell: string): string {
  return cell.replaceAll("`", "");
}

function numbers(): Map<string, number> {
  const found = new Map<string, number>();
  const add = (name: string, value: unknown): void =>
    void (typeof value === "number" && found.set(name, value));
  for (const [name, value] of Object.entries(defaults)) add(name, value);
  for (const group of GROUPS)
    for (const [name, value] of Object.entries(defaults[group])) add(`${group}.${name}`, value);
  return found;
}

function accepts(option: string, value: number): boolean {
  const [group = "", name] = option.split(".");
  return "config" in checkConfig(name === undefined ? { [group]: value } : { [group]: { [name]: value } });
}

describe("docs/limits.md", () => {
  const known = numbers();

  test("lists every bound of the configuration once", () => {
    const listed = rows.map(({ option }) => option).sort();
    const bounds = [...known.keys()].filter((name) => !NO_LIMITS.has(name)).sort();
    expect(listed).toEqual(bounds);
  });

  test.each(rows)("states the default and the range of $option", ({ option, value, range }) => {
    expect(value).toBe(String(known.get(option)));
    const [, least = NaN, most = NaN] = (/^(\d+) to (\d+)/.exec(range) ?? []).map(Number);
    expect([least - 1, least, most, most + 1].map((limit) => accepts(option, limit))).toEqual([
      ...[false, true, true, false],
    ]);
  });

  test("names codes and counters that exist, and has a row for each counter", async () => {
    const codes = [...page.matchAll(/\[`(PARLOR_\w+)`\]/g)].map(([, code = ""]) => code);
    expect(codes.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
    const app = await serveOn("inline", { "ws/a.js": "export const onMessage = () => {};" });
    const health = { ...app.server.health } as unknown as Readonly<Record<string, unknown>>;
    const missing = counters.filter((counter) => {
      const [field = "", part] = counter.split(".");
      const value = health[field];
      return part === undefined ? value === undefined : !Object.hasOwn(value as object, part);
    });
    expect(missing).toEqual([]);
    const { totals } = new LimitCounts(new VirtualClock(), () => undefined);
    const names = Object.keys(totals).map((name) => `limits.${name}`);
    expect(names.filter((name) => !counters.includes(name))).toEqual([]);
  });
});
