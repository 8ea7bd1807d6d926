// Dialect: names in the statements of a class, which define the attributes of its objects.
import type { Global } from "./cells.ts";
import type { RingObject, RingValue } from "../runtime/values.ts";

/** A name that is read: an attribute, a global variable, or a new attribute that holds the text NULL. */
export function className(self: RingObject, name: string, global: Global): RingValue {
  const value = self.attributes[name] ?? global.value;
  if (value !== undefined) return value;
  self.attributes[name] = "NULL";
  return "NULL";
}

/** A name that is assigned: a global variable if there is one and no such attribute, otherwise an attribute. */
export function setClassName(self: RingObject, name: string, value: RingValue, global: Global): void {
  if (self.attributes[name] === undefined && global.value !== undefined) global.value = value;
  else self.attributes[name] = value;
}
