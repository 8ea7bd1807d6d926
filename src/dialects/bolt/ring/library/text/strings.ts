// Dialect: Ring's built-in functions on texts.
import type { Builtins } from "../../runtime/builtin.ts";
import { RingList } from "../../runtime/values.ts";
import type { RingValue } from "../../runtime/values.ts";
import { bad, exactly, missing, asNumber, asText, asWhole } from "../common/arguments.ts";
import { numberText } from "./number-text.ts";

/** Functions that cut, join and compare texts. All of them count bytes. */
export const strings: Builtins = {
  left: exactly(2, (_, [text, count]) => asText(text).slice(0, atLeastZero(asWhole(count)))),
  right: exactly(2, (_, [text, count]) => right(asText(text), asWhole(count))),
  trim: exactly(1, (_, [text]) => trim(asText(text))),
  copy: exactly(2, (_, [text, count]) => asText(text).repeat(atLeastZero(asWhole(count)))),
  space: exactly(1, (_, [count]) => spaces(asNumber(count))),
  lower: exactly(1, (_, [text]) => lower(asText(text))),
  upper: exactly(1, (_, [text]) => upper(asText(text))),
  lines: exactly(1, (_, [text]) => asText(text).split("\n").length),
  strcmp: exactly(2, (_, [left, right]) => compareBytes(asText(left), asText(right))),
  str2list: exactly(1, (_, [text]) => new RingList(linesOf(asText(text)))),
  list2str: (run, args) => joinLines(args, run.decimals),
};

/** ASCII letters only: the bytes of all others stay as they are. */
export function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** ASCII letters only. */
export function upper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** The difference of the first bytes that differ, as C's `strcmp` returns it; a text ends at its first byte 0. */
export function compareBytes(left: string, right: string): number {
  const end = Math.min(left.length, right.length);
  let at = 0;
  while (at < end && left[at] === right[at] && left[at] !== "\0") at++;
  return byteAt(left, at) - byteAt(right, at);
}

function byteAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : 0;
}

function atLeastZero(count: number): number {
  return Math.max(0, count);
}

function right(text: string, count: number): string {
  return count > 0 ? text.slice(-count) : "";
}

// Spaces only, as Ring has it.
function trim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text[start] === " ") start++;
  while (end > start && text[end - 1] === " ") end--;
  return text.slice(start, end);
}

function spaces(count: number): string {
  if (count < 1) throw bad("range");
  return " ".repeat(Math.trunc(count));
}

// The last line needs no line end.
function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line, at) =>
    at < lines.length - 1 || text.endsWith("\n") ? line.replace(/\r$/, "") : line,
  );
}

function joinLines(args: readonly RingValue[], decimals: number): string {
  const [list, from = 1, to] = args;
  if (args.length === 0) throw missing(1);
  if (!(list instanceof RingList)) throw bad("type");
  const { length } = list.items;
  const [first, last] = [asWhole(from), asWhole(to ?? length)];
  if (first < 1 || first > length || last < first || last > length) throw bad("range");
  return list.items.slice(first - 1, last).reduce<string>((text, item, at) => {
    return text + lineOf(item, first + at > 1 ? "\n" : "", decimals);
  }, "");
}

// A list in the list is left out, with its line end.
function lineOf(item: RingValue, separator: string, decimals: number): string {
  if (typeof item === "object") return "";
  return separator + (typeof item === "string" ? item : numberText(item, decimals));
}
