// Dialect: copies of Ring's lists and objects, which assignments, `add` and `return` make.
import { RingList, RingObject } from "./values.ts";
import type { RingValue } from "./values.ts";

/** A copy at all levels. Lists and objects that were given to `ref` are not copied but shared. */
export function copyOf(value: RingValue): RingValue {
  if (typeof value !== "object" || value.isShared) return value;
  return value instanceof RingList ? copyOfList(value) : copyOfObject(value);
}

function copyOfList({ items, holdsTruth }: RingList): RingList {
  const copy = new RingList(items.map(copyOf));
  copy.holdsTruth = holdsTruth;
  return copy;
}

function copyOfObject(object: RingObject): RingObject {
  const attributes = Object.create(null) as Record<string, RingValue>;
  for (const [name, value] of Object.entries(object.attributes)) attributes[name] = copyOf(value);
  return new RingObject(object.ringClass, attributes);
}
