import { describe, expect, test } from "vitest";
import { errorText, ERRORS, fillBraces } from "../../../src/boundary/errors.ts";

describe("a text of the table", () => {
  test("has the singular or the plural of a count", () => {
    const text = (count: number): string =>
      errorText("PARLOR_LIMIT/maxPayload", { count, limit: 1024, from: "::1" });
    expect(text(1)).toMatch(
      /^1 connection was closed with 1009, the last from ::1: a message may have 1024 bytes/,
    );
    expect(text(2)).toMatch(/^2 connections were closed with 1009/);
  });

  test("takes values as they are", () => {
    expect(fillBraces("{a} {b}", { a: "{b|x|y}", b: 1 })).toBe("{b|x|y} 1");
    expect(fillBraces("{n|room|rooms} {m|room|rooms}", { n: 1, m: "0" })).toBe("1 room 0 rooms");
  });

  test("writes no count twice", () => {
    const texts = Object.values(ERRORS).flatMap(({ text }) =>
      typeof text === "string" ? [text] : Object.values<string>(text),
    );
    expect(texts.filter((text) => /\{(\w+)\|.*\{\1\|/.test(text))).toEqual([]);
  });

  test("has no noun in the plural behind a count that can be 1", () => {
    const texts = Object.values(ERRORS).flatMap(({ text }) =>
      typeof text === "string" ? [text] : Object.values<string>(text),
    );
    const wrong = texts.filter((text) =>
      /\{(?:count|sessions|waves|limit|rooms)\} (?!bytes|ms)(?:further )?\w+s\b/.test(text),
    );
    expect(wrong).toEqual([]);
  });
});
