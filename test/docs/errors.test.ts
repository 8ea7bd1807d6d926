import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { CLOSE_CODES } from "../../src/boundary/close-codes.ts";
import { ERRORS, errorText, ParlorError } from "../../src/boundary/errors.ts";
import { REFUSALS } from "../../src/boundary/refusals.ts";

const root = resolve(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/errors.md"), "utf8");
const sections = new Map(page.split(/^## /m).map((section) => [section.split("\n", 1)[0], section]));
const documented = [...sections.keys()].filter((title) => title?.startsWith("PARLOR_"));

/** Codes that the sources name; names of environment variables look like them. */
function usedCodes(): string[] {
  const names = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  const sources = names
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(root, "src", name), "utf8"));
  const found = sources.flatMap((source) => source.match(/(?<!env\[)"PARLOR_[A-Z_]+"/g) ?? []);
  return [...new Set(found.map((quoted) => quoted.slice(1, -1)))];
}

/** The cells of a section's table, without its head. */
function rowsOf(title: string): string[][] {
  const lines =
    sections
      .get(title)
      ?.split("\n")
      .filter((line) => line.startsWith("|")) ?? [];
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

function yesOrNo(is: boolean): string {
  return is ? "yes" : "no";
}

describe("docs/errors.md", () => {
  test("has every code of the table, and no other", () => {
    expect(documented).toEqual(Object.keys(ERRORS).sort());
  });

  test.each(Object.entries(ERRORS))("says of %s what its line says, and what to do", (code, text) => {
    const section = sections.get(code) ?? "";
    expect(section).toContain(`\n> ${text}\n`);
    expect(section).toMatch(/\n\*\*What to do:\*\* \S/);
  });

  test("has the close codes of the table", () => {
    const rows = CLOSE_CODES.map(({ code, name, meaning, mayReconnect }) => [
      String(code),
      name,
      meaning,
      yesOrNo(mayReconnect),
    ]);
    expect(rowsOf("Close codes")).toEqual(rows);
  });

  test("has the refusals of the table", () => {
    const rows = Object.values(REFUSALS).map(({ status, text, meaning, mayRetry }) => [
      String(status),
      `\`${text}\``,
      meaning,
      yesOrNo(mayRetry),
    ]);
    expect(rowsOf("HTTP refusals")).toEqual(rows);
  });
});

describe("the table of errors", () => {
  test("has every code that the sources name", () => {
    const used = usedCodes();
    expect(used).toContain("PARLOR_HTTP_RESPONSE");
    expect(used.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
  });

  test("gives its text with what is known in place of its braces, taken as it is", () => {
    const known = { script: "http/$&.ts", method: "GET", path: "/{method}", seconds: 60 };
    expect(errorText("PARLOR_HTTP_TIMEOUT", known)).toBe(
      "http/$&.ts: no answer to GET /{method} after 60 s, so the client got 503; return a Response sooner",
    );
    expect(errorText("PARLOR_HTTP_TIMEOUT")).toContain("{script}");
  });

  test("names a code in each error", () => {
    const cause = new Error("EADDRINUSE");
    const error = new ParlorError("PARLOR_PORT_IN_USE", "port 80 is in use", cause);
    expect(error).toMatchObject({
      name: "ParlorError",
      code: "PARLOR_PORT_IN_USE",
      message: "port 80 is in use",
      cause,
    });
    expect("cause" in new ParlorError("PARLOR_PORT_IN_USE", "port 80 is in use")).toBe(false);
  });
});
