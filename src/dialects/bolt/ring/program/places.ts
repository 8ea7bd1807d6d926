// Dialect: what a place of a Ring program holds after an assignment, and the tables of attributes.
import { copyOf } from "../runtime/copies.ts";
import { RingList, RingObject, type Attributes, type RingValue } from "../runtime/values.ts";

/** The result of a call for a place: what no place holds yet is not copied. */
export function take(value: RingValue): RingValue {
  if (typeof value !== "object") return value;
  if (!value.isTemporary) return copyOf(value);
  value.isTemporary = false;
  return value;
}

/** Marks the result of a function as held by no place. */
export function temporary(value: RingValue): RingValue {
  if (typeof value === "object") value.isTemporary = true;
  return value;
}

/**
 * What a parameter holds after an assignment. A parameter stands for the caller's place: a list or an object in it becomes the new one,
 * so that the caller sees it.
 */
export function assignParameter(old: RingValue, value: RingValue): RingValue {
  if (old instanceof RingList && value instanceof RingList) old.items = value.items;
  else if (old instanceof RingObject && value instanceof RingObject) {
    old.ringClass = value.ringClass;
    old.attributes = value.attributes;
  } else return value;
  return old;
}

/** An empty table of attributes. All of them have one shape, so that reads by name are fast. */
export function emptyAttributes(): Attributes {
  return new (Table as unknown as new () => Attributes)();
}

function Table(): void {
  // Nothing: its objects have no property but those of the program.
}
Table.prototype = Object.create(null) as object;
