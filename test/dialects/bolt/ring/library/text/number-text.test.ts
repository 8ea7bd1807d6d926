import { describe, expect, test } from "vitest";
import { numberText } from "../../../../../../src/dialects/bolt/ring/library/text/number-text.ts";
import {
  leadingNumber,
  textNumber,
} from "../../../../../../src/dialects/bolt/ring/library/text/text-number.ts";

describe("a number as text", () => {
  test.each([
    [7, 2, "7"],
    [-7, 2, "-7"],
    [-0, 2, "0"],
    [7.5, 2, "7.50"],
    [0.004, 2, "0.00"],
    [-0.001, 2, "-0.00"],
    [1.005, 2, "1.00"],
    [99999999999.555, 2, "99999999999.55"],
    [9007199254740991, 2, "9007199254740991"],
    [-9007199254740991, 2, "-9007199254740991"],
    [9007199254740992, 2, "9007199254740992.00"],
    [9007199254740992, 0, "9007199254740992"],
    [1e21, 2, "1000000000000000000000.00"],
    [2 ** 64, 2, "18446744073709551616.00"],
    [1e23, 0, "99999999999999991611392"],
    [Infinity, 2, "inf"],
    [-Infinity, 2, "-inf"],
    [NaN, 2, "-nan"],
  ])("%d with %d digits is %s", (value, digits, text) => expect(numberText(value, digits)).toBe(text));

  test.each([
    [2.5, 0, "2"],
    [3.5, 0, "4"],
    [-2.5, 0, "-2"],
    [0.5, 0, "0"],
    [1.5, 0, "2"],
    [0.125, 2, "0.12"],
    [0.375, 2, "0.38"],
    [0.25, 1, "0.2"],
    [0.35, 1, "0.3"],
    [0.0625, 3, "0.062"],
  ])("%d is halfway, or nearly so, and with %d digits it is %s", (value, digits, text) => {
    expect(numberText(value, digits)).toBe(text);
  });

  test("digits beyond those of a decimal are those of the binary value", () => {
    expect(numberText(0.1, 30)).toBe("0.100000000000000005551115123126");
    expect(numberText(1 / 3, 90)).toBe(
      `0.333333333333333314829616256247390992939472198486328125${"0".repeat(36)}`,
    );
  });

  test("a text of 128 bytes or more is written with an exponent and 90 digits", () => {
    expect(numberText(1e123, 2)).toMatch(/^\d{123}\.00$/);
    expect(numberText(1e125, 2)).toMatch(/^\d\.\d{90}e\+12[45]$/);
    expect(numberText(-1e125, 2)).toMatch(/^-\d\.\d{90}e\+12[45]$/);
  });
});

describe("text as a number", () => {
  test.each([
    ["42", 42],
    ["", 0],
    [" 12", 12],
    ["12 \r\n\t", 12],
    ["-3.5", -3.5],
    ["+4", 4],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["1E-2", 0.01],
    ["0x1A", 26],
    ["-0x10", -16],
    ["0x1.8p1", 3],
    ["\v\f7", 7],
    ["inf", Infinity],
    ["0e9", 0],
    ["12\0abc", 12],
  ])("%j is %d", (text, value) => expect(textNumber(text)).toBe(value));

  test.each(["abc", "12abc", " ", "1,5", "0x", "1e", "--1", "1 2", "12\v", ".", "e5", "$1"])(
    "%j is no number",
    (text) => expect(textNumber(text)).toBe("invalid"),
  );

  test("text beyond what a number holds is an overflow or an underflow", () => {
    expect(textNumber("1e999")).toBe("overflow");
    expect(textNumber("-1e999")).toBe("overflow");
    expect(textNumber("1e-999")).toBe("underflow");
  });

  test.each([
    ["12abc", 12],
    ["1 2 3", 1],
    ["abc", 0],
    ["0x1Fz", 31],
  ])("the number at the start of %j is %d", (text, value) => expect(leadingNumber(text)).toBe(value));
});
