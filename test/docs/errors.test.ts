import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { codeOf, ERRORS, errorText, ParlorError, type ErrorKey } from "../../src/boundary/errors.ts";
import type { ErrorEntry } from "../../src/boundary/errors/error-table.ts";
import { logEntry, type Log } from "../../src/log.ts";
import { formatProblem, problem } from "../../src/load/files/app-problem.ts";

const root = resolve(import.meta.dirname, "../..");
const entries: readonly (readonly [string, ErrorEntry])[] = Object.entries(ERRORS);
const texts = entries.flatMap(([code, { text }]) =>
  typeof text === "string"
    ? [[code, text] as const]
    : Object.entries(text).map(([name, one]) => [`${code}/${name}`, one] as const),
);

/** Everything in src/ but the table itself, as one text. */
function sources(): string {
  const names = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => name.endsWith(".ts") && !name.startsWith(join("boundary", "errors")));
  return files.map((name) => readFileSync(join(root, "src", name), "utf8")).join("\n");
}

describe("docs/errors.md", () => {
  test("is what scripts/errors-page.js writes", () => {
    const check = () => execFileSync(process.execPath, [join(root, "scripts/errors-page.js"), "--check"]);
    expect(check).not.toThrow();
  });
});

describe("the table of errors", () => {
  test("has every code that the sources name", () => {
    const used = [...sources().matchAll(/(?<!env\[|SUPERVISED = )"(PARLOR_[A-Z_]+)(?:\/\w+)?"/g)].map(
      ([, code]) => code,
    );
    expect(used).toContain("PARLOR_HTTP_RESPONSE");
    expect(used.filter((code) => !Object.hasOwn(ERRORS, code ?? ""))).toEqual([]);
  });

  test("has no text that the sources do not use", () => {
    const all = sources();
    expect(texts.map(([key]) => key).filter((key) => !all.includes(`"${key}"`))).toEqual([]);
  });

  test("is sorted by code in each of its files", () => {
    for (const file of readdirSync(join(root, "src/boundary/errors"))) {
      const text = readFileSync(join(root, "src/boundary/errors", file), "utf8");
      const codes = [...text.matchAll(/^ {2}(PARLOR_\w+): \{/gm)].map(([, code]) => code);
      expect(codes.map((code, at) => at === 0 || (codes[at - 1] ?? "") < (code ?? ""))).not.toContain(false);
    }
  });

  test.each(texts)("the text of %s is one sentence without a full stop", (_, text) => {
    expect(text).not.toMatch(/\.$|^\s|\s$|\. [A-Z]/);
  });

  test.each(entries)("%s has a cause and a remedy in whole sentences", (_, { help, remedy }) => {
    expect(help).toMatch(/^[A-Z`].*[.]$/s);
    expect(remedy).toMatch(/^[A-Z`].*[.]$/s);
  });
});

describe("errorText", () => {
  test("fills in each brace with its value as it is", () => {
    const values = { script: "http/$&.ts", method: "GET", path: "/{method}", seconds: 60 };
    expect(errorText("PARLOR_HTTP_TIMEOUT", values)).toBe(
      "http/$&.ts: no response to GET /{method} after 60 s, so the client got 503; return a Response sooner",
    );
  });

  test("takes the text of one case of a code", () => {
    expect(errorText("PARLOR_OPTION/slash", { route: "ws" })).toBe(
      'ws: a route starts with a slash; write "/ws"',
    );
  });

  test("does not compile without the values of its braces", () => {
    // @ts-expect-error: the port is missing
    expect(errorText("PARLOR_PORT_IN_USE", {})).toContain("{port}");
    // @ts-expect-error: this code has a text for each of several cases
    expect(codeOf("PARLOR_OPTION")).toBe("PARLOR_OPTION");
  });
});

describe("a ParlorError", () => {
  test("has the code and the text of its key, and its cause", () => {
    const cause = new Error("EADDRINUSE");
    const error = new ParlorError("PARLOR_PORT_IN_USE", { port: 80 }, cause);
    expect(error).toMatchObject({ name: "ParlorError", code: "PARLOR_PORT_IN_USE", cause });
    expect(error.message).toBe("port 80 is in use; choose another with --port, or 0 for any free port");
  });

  test("has no cause when it was given none", () => {
    expect("cause" in new ParlorError("PARLOR_PORT_IN_USE", { port: 80 })).toBe(false);
  });

  test("has the code without the case", () => {
    expect(new ParlorError("PARLOR_OPTION/server", {}).code).toBe("PARLOR_OPTION");
  });
});

describe("a problem", () => {
  test("keeps its place apart from its text", () => {
    const found = problem("PARLOR_SCRIPT_SYNTAX", { file: "ws/a.ts", line: 3, column: 7, problem: "no }" });
    expect(found).toEqual({
      file: "ws/a.ts",
      line: 3,
      column: 7,
      message: "syntax error: no }; look at this place and at the line above it",
      code: "PARLOR_SCRIPT_SYNTAX",
    });
    expect(formatProblem(found)).toBe(
      "ws/a.ts:3:7: syntax error: no }; look at this place and at the line above it",
    );
  });

  test("a problem of a whole file has neither line nor column", () => {
    const found = problem("PARLOR_LINK_BROKEN", { file: "ws/a.ts" });
    expect(found).toMatchObject({ line: null, column: null });
    expect(formatProblem(found)).toBe("ws/a.ts: broken symbolic link; fix or remove it");
  });
});

test("logEntry writes a text at the level of its code, with the code among the fields", () => {
  const lines: unknown[] = [];
  const at = (level: string) => (fields: object, text: string) => lines.push([level, fields, text]);
  const log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") } as Log;
  const key: ErrorKey = "PARLOR_PORT_IN_USE";
  logEntry(log, key, { port: 80 }, { script: "ws/a.ts" });
  const fields = { script: "ws/a.ts", code: "PARLOR_PORT_IN_USE" };
  expect(lines).toEqual([["error", fields, errorText(key, { port: 80 })]]);
});
