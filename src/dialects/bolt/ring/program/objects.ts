// Dialect: attributes and methods of Ring's objects, as code outside of a class and methods of a class reach them.
import { increase } from "./compound.ts";
import { languageError } from "../runtime/language-errors.ts";
import { RingObject, type RingClass, type RingCode, type RingValue } from "../runtime/values.ts";

/**
 * `base.name`. `self` is the object whose method runs, or null. A method `getName` is called, except by a method of the object itself;
 * only methods may read private attributes.
 */
export function attributeOf(base: RingValue, name: string, self: RingObject | null): RingValue {
  const value = heldBy(base, name);
  if (base === self) return value;
  const { ringClass } = base as RingObject;
  if (self === null) refusePrivate(ringClass, name);
  const getter = ringClass.all[`get${name}`];
  return getter === undefined ? value : getter(base as RingObject);
}

/** `base.name = value`, by the method `setName` if there is one, unless a method of the object itself does it. */
export function assignAttribute(
  base: RingValue,
  name: string,
  value: RingValue,
  self: RingObject | null,
): void {
  heldBy(base, name);
  const object = base as RingObject;
  if (self === null) refusePrivate(object.ringClass, name);
  const setter = base === self ? undefined : object.ringClass.all[`set${name}`];
  if (setter === undefined) object.attributes[name] = value;
  else setter(object, value);
}

/** `base.name++`, by `getName` and `setName` as an assignment. */
export function stepAttribute(base: RingValue, name: string, by: number, self: RingObject | null): RingValue {
  const changed = increase(attributeOf(base, name, self), by);
  assignAttribute(base, name, changed, self);
  return changed;
}

/** The method of an object that its public methods do not have: a private one, for methods, or an error. */
export function methodOf(base: RingValue, name: string, self: RingObject | null): RingCode {
  if (!(base instanceof RingObject)) throw languageError("R13");
  const method = base.ringClass.all[name];
  if (method === undefined) throw languageError("R14", name);
  if (self === null) throw languageError("R26", name);
  return method;
}

/** `super.name()` in a method of the class `ringClass` or one of its children. */
export function superMethod(
  self: RingObject,
  [name, packageName]: readonly string[],
  method: string,
): RingCode {
  let found: RingClass | null = self.ringClass;
  while (found !== null && !(found.name === name && found.packageName === packageName)) found = found.parent;
  const parent = found?.parent ?? null;
  if (parent === null) throw languageError("R17");
  const code = parent.all[method];
  if (code === undefined) throw languageError("R14", method);
  return code;
}

/** Whether an attribute or a method is private. */
export function isPrivate(ringClass: RingClass, name: string): boolean {
  for (let next: RingClass | null = ringClass; next !== null; next = next.parent)
    if (next.privates.has(name)) return true;
  return false;
}

function heldBy(base: RingValue, name: string): RingValue {
  if (!(base instanceof RingObject)) throw languageError("R13");
  const value = base.attributes[name];
  if (value === undefined) throw languageError("R12", name);
  return value;
}

function refusePrivate(ringClass: RingClass, name: string): void {
  if (isPrivate(ringClass, name)) throw languageError("R27", name);
}
