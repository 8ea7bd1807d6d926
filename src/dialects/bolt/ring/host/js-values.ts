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
 * its attributes. What `jsonTrue()` and `jsonFalse()` return is true and false.
 */
export function toJs(value: RingValue): unknown {
  if (typeof value === "string") return toText(value);
  if (typeof value === "number") return value;
  if (value instanceof RingObject) return truthOf(value) ?? objectOf(Object.entries(value.attributes));
  const pairs = pairsOf(value);
  return pairs === null ? value.items.map(toJs) : objectOf(pairs);
}

function listOf(value: object): RingValue {
  if (value instanceof Uint8Array) return fromArray(value);
  if (Array.isArray(value)) return new RingList(value.map(toRing));
  return new RingList(Object.entries(value).map(([key, item]) => new RingList([toBytes(key), toRing(item)])));
}

// A key that is there twice has its first value, as a look-up in Ring has.
function objectOf(pairs: readonly (readonly [string, RingValue])[]): Record<string, unknown> {
  const reversed = pairs.map(([key, value]) => [toText(key), toJs(value)] as const).reverse();
  const keys = new Map(pairs.map(([key]) => [toText(key), undefined]));
  const values = new Map<string, unknown>(reversed);
  return Object.fromEntries([...keys.keys()].map((key) => [key, values.get(key)]));
}

function pairsOf({ items }: RingList): [string, RingValue][] | null {
  if (items.length === 0) return null;
  const pairs: [string, RingValue][] = [];
  for (const item of items) {
    if (!(item instanceof RingList) || item.items.length !== 2) return null;
    const [key, value] = item.items;
    if (typeof key !== "string" || value === undefined) return null;
    pairs.push([key, value]);
  }
  return pairs;
}
