// Dialect: values of Ring as values of JavaScript, and back, where a Ring program meets Bolt's calls.
import { fromArray, toBytes, toText } from "../runtime/bytes.ts";
import { RingList, RingObject, type RingValue } from "../runtime/values.ts";
import { truthOf } from "./json-truth.ts";

/**
 * A value of JavaScript for a Ring program: text as bytes, arrays as lists, other objects as hash lists with their keys as they are, true
 * and false as 1 and 0, nothing as the empty text.
 */
export function toRing(value: unknown): RingValue {
  switch (typeof value) {
    case "string":
      return toBytes(value);
    case "number":
      return value;
    case "boolean":
      return value ? 1 : 0;
    case "bigint":
      return Number(value);
    case "object":
      return value === null ? "" : listOf(value);
    default:
      return "";
  }
}

/**
 * A value of a Ring program for JavaScript. A list whose items all are pairs of a text and a value is an object; so is an object, with
 * its attributes. What `jsonTrue()` and `jsonFalse()` return is true and false, and so is what came as true and false.
 */
export function toJs(value: RingValue): unknown {
  if (typeof value === "string") return toText(value);
  if (typeof value === "number") return value;
  if (value instanceof RingObject) return truthOf(value) ?? objectOf(attributesOf(value));
  const pairs = pairsOf(value);
  return pairs === null ? value.items.map((item) => heldIn(value, item)) : objectOf(pairs);
}

/** An item of a list as JavaScript sees it: 1 and 0 that were true and false of JSON are so again. */
function heldIn(list: RingList | null, item: RingValue): unknown {
  const isTruth = list !== null && list.holdsTruth && (item === 0 || item === 1);
  return isTruth ? item === 1 : toJs(item);
}

function listOf(value: object): RingValue {
  if (value instanceof Uint8Array) return fromArray(value);
  if (Array.isArray(value)) return ringList(value.map(toRing), value.length > 0 && value.every(isTruth));
  return new RingList(Object.entries(value).map(pairOf));
}

function pairOf([key, item]: readonly [string, unknown]): RingList {
  return ringList([toBytes(key), toRing(item)], isTruth(item));
}

function ringList(items: RingValue[], holdsTruth: boolean): RingList {
  const list = new RingList(items);
  list.holdsTruth = holdsTruth;
  return list;
}

function isTruth(value: unknown): boolean {
  return typeof value === "boolean";
}

// A key that is there twice has its first value, as a look-up in Ring has.
function objectOf(pairs: readonly Pair[]): Record<string, unknown> {
  const reversed = pairs
    .map(([key, value, holder]) => [toText(key), heldIn(holder, value)] as const)
    .reverse();
  const keys = new Map(pairs.map(([key]) => [toText(key), undefined]));
  const values = new Map<string, unknown>(reversed);
  return Object.fromEntries([...keys.keys()].map((key) => [key, values.get(key)]));
}

/** A key, its value, and the list of both; null for an attribute. */
type Pair = readonly [string, RingValue, RingList | null];

function attributesOf({ attributes }: RingObject): Pair[] {
  return Object.entries(attributes).map(([name, value]) => [name, value, null]);
}

function pairsOf({ items }: RingList): Pair[] | null {
  if (items.length === 0) return null;
  const pairs: Pair[] = [];
  for (const item of items) {
    if (!(item instanceof RingList) || item.items.length !== 2) return null;
    const [key, value] = item.items;
    if (typeof key !== "string" || value === undefined) return null;
    pairs.push([key, value, item]);
  }
  return pairs;
}
