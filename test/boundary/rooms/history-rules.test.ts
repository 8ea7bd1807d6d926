import { describe, expect, it } from "vitest";
import { historyProblems, includes, patternFor } from "../../../src/boundary/rooms/history-rules.ts";

const RULE = { size: 1, seconds: 1 };

describe("the rules of histories", () => {
  it.each([
    ["news", "news"],
    ["news/a", "news/*"],
    ["news/a/b", "news/a/*"],
    ["news/a/", "news/a/*"],
    ["new", "*"],
    ["news*", "*"],
  ])("give the room %s the longest pattern that fits it, %s", (room, pattern) => {
    const rules = { "*": RULE, "news/*": RULE, news: RULE, "news/a/*": RULE };
    expect(patternFor(room, rules)).toBe(pattern);
  });

  it("give no pattern to a room that none fits", () => {
    expect(patternFor("toString", { news: RULE, "n/*": RULE })).toBeNull();
  });

  it.each([
    ["news/*", "news/a", true],
    ["news/*", "news/a*", true],
    ["news/a*", "news/*", false],
    ["news", "news*", false],
    ["news*", "news", true],
  ])("%s includes %s: %s", (pattern, other, does) => {
    expect(includes(pattern, other)).toBe(does);
  });

  it.each([
    [7, "history must be an object of rooms, as in"],
    [{ "": RULE }, "history has a room without a name"],
    [{ "a*b": RULE }, 'history has "a*b"; the * must be the last character of a name'],
    [{ a: 7 }, 'history["a"] must be an object with size and seconds; it is a number (7)'],
    [
      { a: { size: 0, seconds: 1 } },
      'history["a"].size must be a whole number from 1 to 10000; it is a number (0)',
    ],
    [{ a: { size: 1 } }, 'history["a"].seconds must be a whole number from 1 to 86400; it is undefined'],
    [{ a: { ...RULE, sise: 1 } }, 'history["a"].sise does not exist; did you mean "size"?'],
    [{ ["a".repeat(256)]: RULE }, "history has a room whose name has more than 255 characters"],
  ])("%j are refused with the place and the bound", (rules, text) => {
    expect(historyProblems(rules, "history")[0]).toContain(text);
  });

  it("have no problems if they are right", () => {
    expect(historyProblems({ "news/*": { size: 10_000, seconds: 86_400 }, "*": RULE }, "history")).toEqual(
      [],
    );
  });
});
