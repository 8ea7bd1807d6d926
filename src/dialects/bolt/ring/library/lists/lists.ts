// Dialect: Ring's built-in functions that make and change lists.
import type { Builtins } from "../../runtime/builtin.ts";
import { copyOf } from "../../runtime/copies.ts";
import { languageError } from "../../runtime/language-errors.ts";
import { RingList, RingObject } from "../../runtime/values.ts";
import type { RingValue } from "../../runtime/values.ts";
import { bad, between, exactly, asList, missing, asNumber, asWhole } from "../common/arguments.ts";

export const lists: Builtins = {
  add: (_, args) => add(args),
  del: exactly(2, (_, [list, at]) => del(asList(list), at!)),
  insert: between(3, 3, (_, [list, at, value]) => insert(list!, at!, value!)),
  swap: (_, args) => swap(args),
  list: between(1, 2, (_, [rows, columns]) => zeros(rows!, columns)),
  newlist: between(1, 2, (_, [rows, columns]) => zeros(rows!, columns)),
  reverse: exactly(1, (_, [value]) => reverse(value!)),
  min: between(1, 2, (_, args) => extreme(args, (left, right) => left < right)),
  max: between(1, 2, (_, args) => extreme(args, (left, right) => left > right)),
  ref: between(1, 1, (_, [value]) => share(value!)),
  reference: between(1, 1, (_, [value]) => share(value!)),
};

const longest = 4_294_967_295;

// A list with `merge` adds its items. Texts and numbers are returned, lists are not.
function add(args: readonly RingValue[]): RingValue {
  if (args.length < 2) throw missing(2);
  const [target, value, merge = 0] = args;
  const { items } = asList(target);
  if (!(value instanceof RingList)) return addOne(items, value!);
  if (args.length === 3 && asNumber(merge) === 1)
    for (const item of [...value.items]) items.push(copyOf(item));
  else items.push(copyOf(value));
  return "";
}

function addOne(items: RingValue[], value: RingValue): RingValue {
  items.push(copyOf(value));
  return value instanceof RingObject ? "" : value;
}

function del(list: RingList, at: RingValue): string {
  const place = asNumber(at);
  if (place < 1 || place > list.items.length) throw bad("range");
  list.items.splice(Math.trunc(place) - 1, 1);
  return "";
}

function insert(target: RingValue, at: RingValue, value: RingValue): string {
  const place = asNumber(at);
  const { items } = asList(target);
  if (place < 0 || place > items.length) throw languageError("R2");
  items.splice(Math.trunc(place), 0, copyOf(value));
  return "";
}

function swap(args: readonly RingValue[]): string {
  if (args.length === 2) return swapLists(asList(args[0]), asList(args[1]));
  if (args.length !== 3) throw missing(3);
  const { items } = asList(args[0]);
  const [first, second] = [asNumber(args[1]), asNumber(args[2])];
  if (Math.min(first, second) < 1 || Math.max(first, second) > items.length || first === second)
    throw bad("range");
  const [left, right] = [Math.trunc(first) - 1, Math.trunc(second) - 1];
  [items[left], items[right]] = [items[right]!, items[left]!];
  return "";
}

function swapLists(left: RingList, right: RingList): string {
  [left.items, right.items] = [right.items, left.items];
  return "";
}

function zeros(rows: RingValue, columns: RingValue | undefined): RingList {
  const count = sizeOf(rows);
  if (columns === undefined) return new RingList(Array<RingValue>(count).fill(0));
  const width = sizeOf(columns);
  return new RingList(Array.from({ length: count }, () => new RingList(Array<RingValue>(width).fill(0))));
}

function sizeOf(value: RingValue): number {
  const size = asWhole(value);
  if (size < 1 || size > longest) throw bad("range");
  return size;
}

function reverse(value: RingValue): RingValue {
  if (typeof value === "string") return [...value].reverse().join("");
  return new RingList(asList(value).items.map(copyOf).reverse());
}

function extreme(args: readonly RingValue[], isBetter: (left: number, right: number) => boolean): number {
  const values = args.length === 2 ? args : asList(args[0]).items;
  if (values.length === 0) throw bad("empty");
  return values.map(asNumber).reduce((best, value) => (isBetter(value, best) ? value : best));
}

/** From now on, assignments of this list or object share it. */
function share(value: RingValue): RingValue {
  if (typeof value !== "object") throw bad("type");
  value.isShared = true;
  return value;
}
