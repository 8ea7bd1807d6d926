// Dialect: braces after an object: in them its attributes and methods are reached by their bare names.
import { languageError } from "../runtime/language-errors.ts";
import { isPrivate } from "./objects.ts";
import { RingObject, type RingCode, type RingValue } from "../runtime/values.ts";

/** Begins braces: the value must be an object, whose method `braceStart` is called. */
export function braceStart(value: RingValue): RingObject {
  if (!(value instanceof RingObject)) throw languageError("R16");
  value.ringClass.all["bracestart"]?.(value);
  return value;
}

/** Ends braces: the method `braceEnd` is called. */
export function braceEnd(object: RingObject): void {
  object.ringClass.all["braceend"]?.(object);
}

/** Passes the value of an expression that is a statement in braces to the method `braceExprEval`. */
export function braceValue(object: RingObject, value: RingValue): void {
  object.ringClass.all["braceexpreval"]?.(object, value);
}

/** The attribute of this name, or undefined. `self` is the object whose method has the braces, or null. */
export function braceAttribute(
  object: RingObject,
  name: string,
  self: RingObject | null,
): RingValue | undefined {
  const value = object.attributes[name];
  if (value === undefined || isInside(object, self)) return value;
  if (isPrivate(object.ringClass, name)) throw languageError("R27", name);
  const getter = object.ringClass.all[`get${name}`];
  return getter === undefined ? value : getter(object);
}

/** Sets an attribute, by its method `setName` if there is one. */
export function setBraceAttribute(
  object: RingObject,
  name: string,
  value: RingValue,
  self: RingObject | null,
): void {
  const isOwn = isInside(object, self);
  if (!isOwn && isPrivate(object.ringClass, name)) throw languageError("R27", name);
  const setter = isOwn ? undefined : object.ringClass.all[`set${name}`];
  if (setter === undefined) object.attributes[name] = value;
  else setter(object, value);
}

/** The method of this name, or undefined. */
export function braceMethod(object: RingObject, name: string, self: RingObject | null): RingCode | undefined {
  const { open, all } = object.ringClass;
  const method = open[name] ?? all[name];
  if (method !== undefined && open[name] === undefined && !isInside(object, self))
    throw languageError("R26", name);
  return method;
}

// A method may reach what is private in objects of its own class.
function isInside(object: RingObject, self: RingObject | null): boolean {
  return self !== null && self.ringClass === object.ringClass;
}
