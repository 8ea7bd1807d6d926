import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { checkConfig, defaults } from "../../src/config.ts";
import type { ResolvedConfig } from "../../src/config.ts";

const page = readFileSync(resolve(import.meta.dirname, "../../docs/configuration.md"), "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, option = "", value = "", range = ""]) => ({ option: bare(option), value: bare(value), range }));

/** Each option by its path, with its default; a group that is off by default has the defaults of its options. */
function flattened(): Map<string, unknown> {
  const found = new Map<string, unknown>(Object.entries(defaults));
  found.set("heartbeat", "see below");
  for (const [name, value] of Object.entries(defaults.heartbeat)) found.set(`heartbeat.${name}`, value);
  const { deflate } = resolved({ deflate: true });
  for (const [name, value] of Object.entries(deflate)) found.set(`deflate.${name}`, value);
  for (const group of ["turnLimit", "sessionLimits", "hostLimits", "limits", "admin"] as const) {
    found.delete(group);
    for (const [name, value] of Object.entries(defaults[group])) found.set(`${group}.${name}`, value);
  }
  return found;
}

describe("docs/configuration.md", () => {
  const expected = flattened();

  test("lists every option once", () => {
    expect(new Set(rows.map(({ option }) => option))).toEqual(new Set(expected.keys()));
    expect(rows).toHaveLength(expected.size);
  });

  test.each(rows)("states the default of $option", ({ option, value }) => {
    const known = expected.get(option);
    expect(value).toBe(typeof known === "string" ? known : JSON.stringify(known));
  });

  const ranged = rows.flatMap(({ option, range }) => {
    const found = /^(\d+) to (\d+)/.exec(range);
    return found === null ? [] : [{ option, least: Number(found[1]), most: Number(found[2]) }];
  });

  test("states a range for every number", () => {
    const isNumber = ([option, value]: [string, unknown]): boolean =>
      typeof value === "number" || ["admin.port", "drainTime"].includes(option);
    const numbers = [...expected].filter(isNumber).map(([option]) => option);
    expect(new Set(ranged.map(({ option }) => option))).toEqual(new Set(numbers));
  });

  test.each(ranged)("states the range of $option", ({ option, least, most }) => {
    expect([least, most].map((value) => problemsOf(option, value))).toEqual([[], []]);
    expect(problemsOf(option, least - 1)).toHaveLength(1);
    expect(problemsOf(option, most + 1)).toHaveLength(1);
  });

  test("lists the log levels", () => {
    const { range = "" } = rows.find(({ option }) => option === "logLevel") ?? {};
    const levels = range.split(", ").map(bare);
    expect(problemsOf("logLevel", "none").join()).toContain(`one of ${levels.join(", ")};`);
  });
});

describe("the example in docs/configuration.md", () => {
  test("sets only options that exist", () => {
    const code = /defineConfig\((\{[^]*?\})\);/.exec(page)?.[1] ?? "";
    const names = [...code.matchAll(/^ {2}(\w+):/gm)].map((found) => found[1]);
    expect(names.length).toBeGreaterThan(1);
    expect(names.filter((name) => !Object.hasOwn(defaults, name ?? ""))).toEqual([]);
  });
});

function problemsOf(option: string, value: unknown): string[] {
  const [group = "", inner] = option.split(".");
  const checked = checkConfig({ [group]: inner === undefined ? value : { [inner]: value } });
  return "problems" in checked ? checked.problems : [];
}

function resolved(value: unknown): ResolvedConfig {
  const checked = checkConfig(value);
  if ("problems" in checked) throw new Error(checked.problems.join());
  return checked.config;
}

function bare(cell: string): string {
  return cell.replaceAll("`", "");
}
