// Dialect: copies of Ring's lists and objects, which assignments, `add` and `return` make.
import { RingList, RingObject } from "./values.ts";
import type { RingValue } from "./values.ts";

/** A copy at all levels. Lists and objects that were given to `ref` are not copied but shared. */
export function copyOf(value: RingValue): RingValue {
  if (typeof value !== "object" || value.isShared) return value;
  return value instanceof RingList ? new RingList(value.items.map(copyOf)) : copyOfObject(value);
}

function copyOfObject(object: RingObject): RingObject {
  const attributes = Object.create(null) as Record<string, RingValue>;
  for (const [name, value] of Object.entries(object.attributes)) attributes[name] = copyOf(value);
  return new RingObject(object.ringClass, attributes);
}
