import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CLOSE_CODES,
  fitReason,
  isApplicationCode,
  isSendableCode,
  MAX_REASON_BYTES,
} from "../../../src/boundary/errors/close-codes.ts";
import { utf8Length } from "../../../src/boundary/text/utf8.ts";

describe("a close code", () => {
  test.each([1000, 1001, 1003, 1007, 1014, 3000, 4999])("%i can be in a close frame", (code) => {
    expect(isSendableCode(code)).toBe(true);
  });

  test.each([0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 1000.5, Number.NaN])(
    "%f cannot be in a close frame",
    (code) => {
      expect(isSendableCode(code)).toBe(false);
    },
  );

  test.each([
    [1000, true],
    [1001, false],
    [2999, false],
    [3000, true],
    [4999, true],
    [5000, false],
    [3000.5, false],
  ])("%f is a script's to choose: %s", (code, is) => {
    expect(isApplicationCode(code)).toBe(is);
  });

  test("every code that Parlor uses can be in a close frame", () => {
    expect(CLOSE_CODES.filter(({ code }) => !isSendableCode(code))).toEqual([]);
  });
});

describe("the reason of a close", () => {
  test("stays as it is when it fits the frame", () => {
    const reason = "é".repeat(61) + "!";
    expect(fitReason(reason)).toBe(reason);
  });

  test("is cut after the last whole character that fits the frame", () => {
    expect(fitReason("x".repeat(200))).toBe("x".repeat(123));
    expect(fitReason("😀".repeat(40))).toBe("😀".repeat(30));
  });

  test("fits the frame, whatever it holds, and loses nothing that would fit", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (reason) => {
        const fitted = fitReason(reason);
        const next = Array.from(reason.slice(fitted.length))[0] ?? "";
        expect(reason.startsWith(fitted)).toBe(true);
        expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(MAX_REASON_BYTES);
        if (next !== "") expect(Buffer.byteLength(fitted + next)).toBeGreaterThan(MAX_REASON_BYTES);
      }),
    );
  });
});

test("the length in UTF-8 is the one of Node's Buffer, lone surrogates included", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(utf8Length(text)).toBe(Buffer.byteLength(text));
    }),
  );
  expect(utf8Length("\ud800x")).toBe(Buffer.byteLength("\ud800x"));
});
