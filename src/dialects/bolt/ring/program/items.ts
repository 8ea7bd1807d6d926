// Dialect: items of lists, values of hash lists and characters of texts, by index, and ranges.
import { lowerAscii } from "../runtime/bytes.ts";
import { languageError } from "../runtime/language-errors.ts";
import { overloaded } from "./operators.ts";
import { RingList, RingObject, type RingValue } from "../runtime/values.ts";

/** `base[at]`: an item, a character, or the value of a key, which is added when it is missing. */
export function itemAt(base: RingValue, at: RingValue): RingValue {
  if (base instanceof RingList) {
    if (typeof at === "number") return base.items[placeIn(base.items.length, at)] as RingValue;
    if (typeof at === "string") return pairOf(base, at).items[1] as RingValue;
    throw languageError("R2");
  }
  if (base instanceof RingObject) return overloaded(base, "[]", at);
  if (typeof base === "string" && typeof at === "number") return base[placeIn(base.length, at)] as string;
  throw languageError("R5");
}

/** `base[at] = value`. Returns what the place of `base` holds then: the same list, or another text. */
export function withItem(base: RingValue, at: RingValue, value: RingValue): RingValue {
  if (base instanceof RingList) setItem(base, at, value);
  else if (typeof base === "string") return withCharacter(base, at, value);
  else throw languageError(base instanceof RingObject ? "R34" : "R5");
  return base;
}

/** `base[first][second] = value`, where the item at `first` may be a text. */
export function setInner(base: RingValue, first: RingValue, second: RingValue, value: RingValue): void {
  const inner = itemAt(base, first);
  const changed = withItem(inner, second, value);
  if (changed !== inner) setItem(base as RingList, first, changed);
}

/** `from:to`, for numbers and for characters, up or down. */
export function range(from: RingValue, to: RingValue): RingList {
  if (typeof from === "number" && typeof to === "number") return new RingList(count(from, to));
  if (typeof from !== "string" || typeof to !== "string") throw languageError("R21");
  if (from.length !== 1 || to.length !== 1) throw languageError("R21");
  return new RingList(count(from.charCodeAt(0), to.charCodeAt(0)).map((code) => String.fromCharCode(code)));
}

function count(from: number, to: number): number[] {
  const numbers: number[] = [];
  if (from <= to) for (let number = from; number <= to; number++) numbers.push(number);
  else for (let number = from; number >= to; number--) numbers.push(number);
  return numbers;
}

function setItem(list: RingList, at: RingValue, value: RingValue): void {
  if (typeof at === "number") list.items[placeIn(list.items.length, at)] = value;
  else if (typeof at === "string") pairOf(list, at).items[1] = value;
  else throw languageError("R2");
}

function withCharacter(text: string, at: RingValue, value: RingValue): string {
  if (typeof at !== "number") throw languageError("R5");
  const place = placeIn(text.length, at);
  return text.slice(0, place) + characterOf(value) + text.slice(place + 1);
}

/** The text whose characters are the items of this list. One that is not a character gets its character of `before` back. */
export function lettersOf(before: string, { items }: RingList): string {
  const letters = items.map((item, at) => {
    if (typeof item === "string" && item.length === 1) return item;
    items[at] = before[at] as string;
    const letter = characterOf(item);
    items[at] = letter;
    return letter;
  });
  return letters.join("");
}

// A number is the code of a byte.
function characterOf(value: RingValue): string {
  if (typeof value === "number") return String.fromCharCode(Math.trunc(value) & 0xff);
  if (typeof value !== "string") throw languageError("R8");
  if (value.length !== 1) throw languageError("R7");
  return value;
}

function placeIn(length: number, at: number): number {
  if (at >= 1 && at <= length) return Math.trunc(at) - 1;
  throw languageError("R2");
}

// Keys differ in more than the case of their letters; the first pair of a key counts.
function pairOf({ items }: RingList, key: string): RingList {
  const lower = lowerAscii(key);
  for (const item of items) if (item instanceof RingList && isPairOf(item, lower)) return item;
  const added = new RingList([key, ""]);
  items.push(added);
  return added;
}

function isPairOf({ items }: RingList, lower: string): boolean {
  const name = items[0];
  return typeof name === "string" && items.length === 2 && isSameIn(name, lower);
}

// From the end, because keys often begin alike.
function isSameIn(name: string, lower: string): boolean {
  if (name.length !== lower.length) return false;
  for (let at = lower.length - 1; at >= 0; at--) {
    const code = name.charCodeAt(at);
    if ((code >= 65 && code <= 90 ? code + 32 : code) !== lower.charCodeAt(at)) return false;
  }
  return true;
}
