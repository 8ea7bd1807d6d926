import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LinearPattern } from "../../../../src/dialects/bolt/pattern/linear-pattern.ts";
import { UnboundedPattern } from "../../../../src/dialects/bolt/pattern/pattern-syntax.ts";
import { cpuTime } from "../../../support/cpu-time.ts";

const atom = fc.constantFrom(
  ...[
    "a",
    "b",
    "1",
    " ",
    ".",
    "\\d",
    "\\w",
    "\\s",
    "\\D",
    "\\W",
    "[ab]",
    "[^a]",
    "[a-c1-3]",
    "[\\]\\-]",
    "\\.",
  ],
  ...["\\/", "^", "$", "\\b", "\\B", "é", "\\x41", "\\u0061", "[^]", "-", "_", "\\n", "\\t"],
);
const quantifier = fc.constantFrom("", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "*?", "+?");
const isAnchor = (text: string): boolean => /^(?:\^|\$|\\b|\\B)$/.test(text);
const { pattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  piece: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(atom, quantifier).map(([one, times]) => (isAnchor(one) ? one : one + times)),
    fc
      .tuple(tie("pattern"), fc.constantFrom("(", "(?:", "(?<n>"), quantifier)
      .map(([inner, open, times]) => `${open}${inner})${times}`),
  ),
  pattern: fc
    .array(fc.array(tie("piece"), { maxLength: 3 }), { minLength: 1, maxLength: 3 })
    .map((choices) => choices.map((choice) => choice.join("")).join("|")),
}));
const text = fc.array(fc.constantFrom(..."aabb1c A_-.]/é\n\t😀\u2028".split(""), "😀", "ſ", "K"), {
  maxLength: 12,
});
const flags = fc.constantFrom("u", "iu", "mu", "su", "imsu", "", "i", "ms");

function valid(source: string, on: string): RegExp | null {
  try {
    return new RegExp(source, on);
  } catch {
    return null;
  }
}

/** Null for a pattern that has too many steps. */
function bounded(source: string, on: string): LinearPattern | null {
  try {
    return new LinearPattern(source, on);
  } catch (error) {
    if (error instanceof UnboundedPattern && error.message.includes("steps")) return null;
    throw error;
  }
}

test("a pattern matches what JavaScript's matches", () => {
  fc.assert(
    fc.property(pattern, flags, fc.array(text, { minLength: 1, maxLength: 5 }), (source, on, texts) => {
      const expected = valid(source, on);
      // A name is allowed once.
      fc.pre(expected !== null);
      const linear = bounded(source, on);
      // Refused for its length.
      fc.pre(linear !== null);
      for (const each of texts.map((parts) => parts.join("")))
        expect([source, on, each, linear?.test(each)]).toEqual([source, on, each, expected?.test(each)]);
    }),
    // The same patterns each time: on some others JavaScript itself takes years.
    { numRuns: 400, seed: Number(process.env["PARLOR_SEED"] ?? 1) },
  );
});

describe("patterns that programs write", () => {
  const cases: [string, string, string[], string[]][] = [
    ["^[0-9]+$", "u", ["7", "123"], ["", "7x", "x7"]],
    ["^[a-z0-9]+(?:-[a-z0-9]+)*$", "u", ["a-b-c", "abc"], ["a-", "-a", "a--b"]],
    ["^[\\w.+-]+@[\\w-]+\\.[\\w.-]+$", "", ["ada@example.org"], ["ada@", "@x.y"]],
    [
      "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "iu",
      ["123e4567-E89b-12d3-a456-426614174000"],
      ["123e4567"],
    ],
    ["^(?:red|green|blue)$", "u", ["red", "blue"], ["re", "redgreen", "xblue"]],
    ["^\\p{L}+$", "u", ["Grüße", "été"], ["a1", ""]],
    ["^.{2,4}$", "u", ["ab", "😀😀"], ["a", "abcde"]],
    ["\\Aab\\z", "", ["ab"], ["xab", "ab\n", "Aabz"]],
    ["a\\B", "iu", ["aſ", "a\u212a"], ["a"]],
    ["a\\B", "i", ["ab"], ["aſ", "a\u212a"]],
    ["^a{$", "", ["a{"], ["a"]],
    ["^x{,2}]}$", "", ["x{,2}]}"], ["xx"]],
    ["", "u", ["", "a"], []],
    ["^(?:(?:){999999999}){999999999}$", "u", [""], ["a"]],
  ];
  test.each(cases)("%s matches as expected", (source, on, yes, no) => {
    const linear = new LinearPattern(source, on);
    expect(yes.filter((each) => !linear.test(each))).toEqual([]);
    expect(no.filter((each) => linear.test(each))).toEqual([]);
  });
});

describe("patterns that would take JavaScript years", () => {
  const long = "a".repeat(65_536);
  test.each([
    ["^(a+)+$", `${long}!`],
    ["^(a|a)*$", `${long}!`],
    ["^(a|aa)+$", `${long}!`],
    ["^(.*)*x$", long],
    ["(a*)*b", long],
    ["^(\\w+\\s?)*$", `${long}!`],
    [
      "^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$",
      `${long}!`,
    ],
    ["a.*b.*c.*d.*e", long],
  ])("%s is decided within a second for 64 KiB", async (source, hostile) => {
    const linear = new LinearPattern(source, "u");
    expect(await cpuTime(() => expect(linear.test(hostile)).toBe(false))).toBeLessThan(1000);
  });
});

test.each([
  ["(?=a)", "a lookaround"],
  ["(?!a)b", "a lookaround"],
  ["(?<=a)b", "a lookaround"],
  ["(?<!a)b", "a lookaround"],
  ["(a)\\1", "a back-reference"],
  ["(?<x>a)\\k<x>", "a back-reference"],
  ["(?:a{1000}){1000}", "more than 2048 steps"],
  ["(?:a?){5000}", "more than 2048 steps"],
  [`${"(".repeat(300)}a${")".repeat(300)}`, "groups more than 250 deep"],
])("%s is refused, as by Bolt, with the element", (source, element) => {
  expect(() => new LinearPattern(source, "u")).toThrow(UnboundedPattern);
  expect(() => new LinearPattern(source, "u")).toThrow(element);
});
