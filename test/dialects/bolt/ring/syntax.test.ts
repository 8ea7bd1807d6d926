import { describe, expect, it } from "vitest";
import { compileRing } from "../../../../src/dialects/bolt/ring/compile.ts";
import { RingSyntaxError } from "../../../../src/dialects/bolt/ring/syntax/syntax-error.ts";

/** The problem of a source file as `line:column: text`; null if there is none. */
function problemOf(source: string): string | null {
  try {
    compileRing(source, { name: "a.ring", isFirst: true });
    return null;
  } catch (error) {
    if (!(error instanceof RingSyntaxError)) throw error;
    return `${error.place.line}:${error.place.column}: ${error.message}`;
  }
}

describe("a syntax error names its line and column, and what is expected", () => {
  it.each([
    ["x = (1 + 2\n? x", '2:1: unexpected "?", ")" after the expression is expected'],
    ["x = 1 +", "1:8: unexpected end of the file, an expression is expected"],
    ["? [1, 2\n", '2:1: unexpected end of the file, "," or "]" is expected'],
    ["if x = 1\n? x\n", '3:1: unexpected end of the file, "ok" is expected'],
    ["for i = 1 to 3\n? i\nok", '3:1: unexpected "ok", "next" is expected'],
    ["while true { ? 1 ok", '1:18: unexpected "ok", "}" is expected'],
    ['? "no end', '1:3: the text that starts with " has no end; close it with "'],
    ["func class\n", '1:6: "class" is a keyword and cannot be the name of a function'],
    ["end", '1:1: unexpected "end", a statement is expected'],
    ["x = 5 )", '1:7: unexpected ")", a statement is expected'],
    ["func a\nfunc A\n", '2:1: the function "a" is defined twice'],
    ["class A\nclass a\n", '2:1: the class "a" is defined twice'],
    ["func a x, X\n", '1:1: the parameter "x" is named twice'],
    ["private\n", '1:8: "private" belongs into a class'],
    ["o { x = 1 ", '1:11: unexpected end of the file, "}" at the end of the braces is expected'],
    ["try ? 1 done", '1:9: unexpected "done", "catch" is expected'],
    ["x = 5(2)", '1:6: "(" cannot follow a number'],
  ])("%j", (source, problem) => {
    expect(problemOf(source)).toBe(problem);
  });

  it("in a file with any kind of line ends and a byte order mark", () => {
    expect(problemOf("\uFEFFx = 1\r\ny = 2\r\n  z = )\r\n")).toMatch(/^3:7: unexpected "\)"/);
    expect(problemOf("\uFEFFx = 1\r\ny = 'two\r\nlines'\r\n")).toBeNull();
  });
});

describe("a program that is nested too deeply has a syntax error", () => {
  it.each([
    [
      "groups",
      `x = 1\n? ${"(".repeat(9000)}1${")".repeat(9000)}`,
      /^2:\d+: the program is nested too deeply here/,
    ],
    ["lists", `x = ${"[".repeat(9000)}1${"]".repeat(9000)}`, /^1:\d+: the program is nested too deeply here/],
    ["blocks", `${"if 1\n".repeat(9000)}${"ok\n".repeat(9000)}`, /^\d+:\d: the program is nested too deeply/],
    ["operators", `x = 1\n? ${"x + ".repeat(30000)}1`, /^2:1: the program is nested too deeply here/],
    [
      "functions",
      `${"f = func { ".repeat(3000)}${"} ".repeat(3000)}`,
      /^1:\d+: the program is nested too deeply/,
    ],
  ])("%s, nested too deeply, are a syntax error with its place", (_, source, problem) => {
    expect(problemOf(source)).toMatch(problem);
  });

  it("a list of 200,000 items is none", () => {
    expect(problemOf(`x = [${"1, ".repeat(200000)}1]`)).toBeNull();
  });
});

describe("a syntax error names the nearest keyword", () => {
  it.each([
    ["whlie x < 3\n x++\nend", 'did you mean "while" instead of "whlie" in line 1?'],
    ["fro i = 1 to 3\n? i\nnext", 'did you mean "for" instead of "fro" in line 1?'],
    ["if x = 1\n ? x\nesle\n ? 2\nok)", 'did you mean "else" instead of "esle" in line 3?'],
    ["do\n x++\nagian x < 3", 'did you mean "again" instead of "agian" in line 3?'],
    ["for i = 1 ot 3\nnext", 'unexpected "ot", "to" is expected; did you mean "to"?'],
  ])("%j", (source, hint) => {
    expect(problemOf(source)).toContain(hint);
  });

  it("unless no keyword resembles the word", () => {
    expect(problemOf("hello\n)")).toBe('2:1: unexpected ")", a statement is expected');
    const problem = problemOf("x = 1\nfunc f x; ]\n");
    expect(problem).toBe('2:11: unexpected "]", a statement is expected');
  });
});

describe("a part of Ring that is left out is an error with its name and place", () => {
  it.each([
    ['x = 1\neval("x = 2")', '2:1: "eval()" of Ring is not in Parlor; remove the call'],
    ["? callc(1)", '1:3: "callc()" of Ring is not in Parlor; remove the call'],
    ['func f\n\tloadlib("x.so")', '2:2: "loadlib()" of Ring is not in Parlor; remove the call'],
    ["s = ring_state_init()", '1:5: "ring_state_init()" of Ring is not in Parlor; remove the call'],
    ["give x", '1:1: "give" of Ring is not in Parlor; a server has no keyboard, so remove it'],
    ["get x", '1:1: "get" of Ring is not in Parlor; a server has no keyboard, so remove it'],
    [
      "class P func braceNewLine",
      '1:9: "braceNewLine" of Ring is not in Parlor; use braceExprEval or braceEnd',
    ],
    ["x = &y[1]", '1:5: "& in front of a value" of Ring is not in Parlor; use "ref"'],
    ['load package "x.ring"', '1:6: "load package" of Ring is not in Parlor; use "load"'],
    [
      "ChangeRingKeyword see print",
      '1:1: "changeringkeyword" of Ring is not in Parlor; write the program with the words and signs of Ring',
    ],
  ])("%j", (source, problem) => {
    expect(problemOf(source)).toBe(problem);
  });

  it("unless the program defines a function of this name", () => {
    expect(problemOf("? eval(1)\nfunc eval x return x")).toBeNull();
  });
});
