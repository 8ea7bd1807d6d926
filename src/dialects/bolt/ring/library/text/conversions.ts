// Dialect: Ring's built-in functions that turn texts and numbers into each other and into hexadecimal digits.
import type { Builtins } from "../../runtime/builtin.ts";
import { languageError, type LanguageErrorCode } from "../../runtime/language-errors.ts";
import { RingError } from "../../runtime/ring-error.ts";
import type { RingValue } from "../../runtime/values.ts";
import { bad, exactly, asNumber, asText, asWhole } from "../common/arguments.ts";
import { numberText } from "./number-text.ts";
import { leadingNumber, textNumber } from "./text-number.ts";
import type { TextNumberFault } from "./text-number.ts";

export const conversions: Builtins = {
  ascii: exactly(1, (_, [text]) => byteOf(asText(text))),
  char: exactly(1, (_, [code]) => String.fromCharCode(asWhole(code) & 0xff)),
  hex: exactly(1, (_, [value]) => BigInt.asUintN(64, bigOf(asNumber(value))).toString(16)),
  dec: exactly(1, (_, [digits]) => fromHex(asText(digits))),
  number: exactly(1, (_, [value]) => toNumber(value!)),
  string: exactly(1, (run, [value]) =>
    typeof value === "string" ? value : numberText(asNumber(value), run.decimals),
  ),
  str2hex: exactly(1, (_, [text]) => [...asText(text)].map(hexDigits).join("")),
  hex2str: exactly(1, (_, [digits]) => hexToText(asText(digits))),
  str2hexcstyle: exactly(1, (_, [text]) => [...asText(text)].map(styledByte).join(",")),
};

/** The number of a text by the rules of the operators; an error of the language if it has none. */
export function numberOfText(text: string): number {
  return valueOrFault(textNumber(text));
}

const faults: Record<TextNumberFault, LanguageErrorCode> = {
  invalid: "R41",
  overflow: "R18",
  underflow: "R40",
};

function valueOrFault(read: number | TextNumberFault): number {
  if (typeof read === "string") throw languageError(faults[read]);
  return read;
}

// Several numbers with blanks between them are no error: the first one counts.
const word = /^[+-]?(?:\d*(?:\.\d*)?|(?:\d+(?:\.\d*)?|\.\d*)e[+-]?\d*|0[xX][\da-fA-F]*)$/;

function toNumber(value: RingValue): number {
  if (typeof value === "number") return value;
  const text = asText(value);
  if (text.split(/[ \t-\r]/).some((part) => !word.test(part))) throw languageError(faults.invalid);
  return valueOrFault(leadingNumber(text));
}

function bigOf(value: number): bigint {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
}

function byteOf(text: string): number {
  if (text.length !== 1) throw bad("length");
  return text.charCodeAt(0);
}

// The digits at the start, as C's sscanf reads them.
function fromHex(text: string): number {
  const match = /^\s*([+-]?)(?:0x)?([\da-f]+)/i.exec(text);
  if (match === null) throw new RingError("\nError (E7) : Internal error in using sscanf() function!\n");
  const value = BigInt(`0x${match[2]}`);
  return Number(BigInt.asUintN(64, match[1] === "-" ? -value : value));
}

function hexDigits(byte: string): string {
  return byte.charCodeAt(0).toString(16).padStart(2, "0");
}

function styledByte(byte: string): string {
  return `0x${byte.charCodeAt(0).toString(16).padEnd(2)}`;
}

function hexToText(digits: string): string {
  if (digits.length % 2 !== 0) throw bad("length");
  let text = "";
  for (let at = 0; at < digits.length; at += 2) {
    const pair = digits.slice(at, at + 2);
    if (!/^[\da-f][\da-f ]$/i.test(pair)) throw bad("value");
    text += String.fromCharCode(Number.parseInt(pair, 16));
  }
  return text;
}
