// Dialect: `sort`, with Ring's own order of items that are equal.
import type { RingRun } from "../../runtime/builtin.ts";
import { copyOf } from "../../runtime/copies.ts";
import { RingList, RingObject } from "../../runtime/values.ts";
import type { RingValue } from "../../runtime/values.ts";
import { bad, asList, asText, asWhole } from "../common/arguments.ts";
import { attributeKey, compareKeys, noAttribute, plainKey } from "./search.ts";
import type { KeyOf } from "./search.ts";
import { lower } from "../text/strings.ts";

/** A sorted copy: of numbers or texts, of lists by column, or of objects (in a column) by attribute. All keys must be of one type. */
export function sort(_: RingRun, args: readonly RingValue[]): RingList {
  if (args.length < 1 || args.length > 3) throw bad("count");
  const list = copyOf(asList(args[0])) as RingList;
  const { items } = list;
  if (items.length < 2) return list;
  const rows = items.map((item) => ({ item, key: keyOf(args, items[0]!)(item)! }));
  const type = typeof rows[0]!.key;
  if ((type !== "string" && type !== "number") || rows.some(({ key }) => typeof key !== type))
    throw bad("type");
  quicksort(rows);
  return new RingList(rows.map(({ item }) => item));
}

interface Row {
  readonly item: RingValue;
  readonly key: RingValue;
}

function keyOf(args: readonly RingValue[], first: RingValue): KeyOf {
  if (args.length === 1) return (item) => item;
  const column = asWhole(args[1]);
  if (args.length === 2) return first instanceof RingList ? plainKey(column) : () => undefined;
  return objectKey(column, lower(asText(args[2])), first);
}

function objectKey(column: number, name: string, first: RingValue): KeyOf {
  const object = column > 1 && first instanceof RingList ? first.items[column - 1] : first;
  if (!(object instanceof RingObject)) throw bad("type");
  if (object.attributes[name] === undefined) throw noAttribute();
  return attributeKey(column, name);
}

// Equal keys change places as in Ring, which partitions from both ends around the middle item.
function quicksort(rows: Row[]): void {
  const parts: (readonly [left: number, right: number])[] = [[0, rows.length - 1]];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [left, right] = part;
    const [low, high] = partition(rows, left, right);
    if (low < right) parts.push([low, right]);
    if (left < high) parts.push([left, high]);
  }
}

function partition(rows: Row[], left: number, right: number): readonly [low: number, high: number] {
  // Ring counts from 1.
  const pivot = rows[Math.trunc((left + right + 2) / 2) - 1]!.key;
  let [low, high] = [left, right];
  while (low <= high) {
    while (compareKeys(rows[low]!.key, pivot) < 0) low++;
    while (compareKeys(rows[high]!.key, pivot) > 0) high--;
    if (low > high) break;
    [rows[low], rows[high]] = [rows[high]!, rows[low]!];
    low++;
    high--;
  }
  return [low, high];
}
