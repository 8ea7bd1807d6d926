// Dialect: Ring's built-in functions that find a value in a list, by column and by attribute.
import type { Builtins } from "../../runtime/builtin.ts";
import { languageError } from "../../runtime/language-errors.ts";
import type { RingError } from "../../runtime/ring-error.ts";
import { RingList, RingObject } from "../../runtime/values.ts";
import type { RingValue } from "../../runtime/values.ts";
import { bad, between, asList, asNumber, asText, asWhole } from "../common/arguments.ts";
import { compareBytes, lower } from "../text/strings.ts";

export const search: Builtins = {
  find: between(2, 4, (_, args) => find(args)),
  binarysearch: between(2, 3, (_, [list, value, column]) => binarySearch(list!, value!, column)),
};

/** The value that an item of a list is compared by: itself, its column, or the attribute of an object in the column. */
export type KeyOf = (item: RingValue) => RingValue | undefined;

// Values of different types are never equal, and a list only equals itself.
function find(args: readonly RingValue[]): number {
  const { items } = asList(args[0]);
  const [, value, column, attribute] = args;
  if (items.length === 0) return 0;
  const key = keyOf(column, attribute);
  return items.findIndex((item) => key(item) === value) + 1;
}

function keyOf(column: RingValue | undefined, attribute: RingValue | undefined): KeyOf {
  const place = column === undefined ? 0 : asWhole(column);
  if (attribute !== undefined)
    return place < 1 ? () => undefined : attributeKey(place, lower(asText(attribute)));
  return place === 0 ? (item) => item : columnKey(place);
}

function columnKey(place: number): KeyOf {
  return (item) => {
    if (!(item instanceof RingList)) return undefined;
    if (place < 1 || item.items.length < place) throw noColumn();
    return item.items[place - 1];
  };
}

function noColumn(): RingError {
  return languageError("R36");
}

/** By the attribute `name` of the item, or of the object in its column `place`, if that is greater than 1. */
export function attributeKey(place: number, name: string): KeyOf {
  return (item) => {
    const object = place > 1 && item instanceof RingList ? item.items[place - 1] : item;
    if (!(object instanceof RingObject)) return undefined;
    if (object.attributes[name] === undefined) throw noAttribute();
    return object.attributes[name];
  };
}

export function noAttribute(): RingError {
  return languageError("R12");
}

// All items must have the type of the value.
function binarySearch(list: RingValue, value: RingValue, column: RingValue | undefined): number {
  const keys = asList(list).items.map(plainKey(column === undefined ? 0 : asNumber(column)));
  if (typeof value === "object" || keys.some((key) => typeof key !== typeof value)) throw bad("type");
  let [first, last] = [0, keys.length - 1];
  while (first <= last) {
    const middle = Math.trunc((first + last) / 2);
    const order = compareKeys(keys[middle]!, value);
    if (order === 0) return middle + 1;
    if (order < 0) first = middle + 1;
    else last = middle - 1;
  }
  return 0;
}

/** The item, or its column; undefined if it has none. */
export function plainKey(column: number): KeyOf {
  if (column === 0) return (item) => item;
  return (item) => (item instanceof RingList ? item.items[Math.trunc(column) - 1] : undefined);
}

/** The order of two keys of one type. */
export function compareKeys(left: RingValue, right: RingValue): number {
  if (typeof left === "number") return left - (right as number);
  return compareBytes(left as string, right as string);
}
