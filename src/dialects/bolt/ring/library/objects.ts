// Dialect: Ring's built-in functions on objects, their attributes and their methods.
import type { Builtins } from "../runtime/builtin.ts";
import { copyOf } from "../runtime/copies.ts";
import { languageError } from "../runtime/language-errors.ts";
import { RingList, RingObject } from "../runtime/values.ts";
import type { RingClass, RingValue } from "../runtime/values.ts";
import { bad, between, exactly, asObject, asText, truth } from "./common/arguments.ts";
import { noAttribute } from "./lists/search.ts";
import { lower } from "./text/strings.ts";

export const objects: Builtins = {
  classname: between(1, 1, (_, [object]) => asObject(object).ringClass.name),
  parentclassname: between(1, 1, (_, [object]) => asObject(object).ringClass.parent?.name ?? ""),
  attributes: between(1, 1, (_, [object]) => new RingList(Object.keys(asObject(object).attributes))),
  methods: between(1, 1, (_, [object]) => new RingList(methodNames(asObject(object).ringClass))),
  isattribute: between(2, 2, (_, [object, name]) => truth(hasAttribute(asObject(object), nameOf(name)))),
  ismethod: exactly(2, (_, [object, name]) => methodKind(asObject(object), nameOf(name))),
  isprivateattribute: between(2, 2, (_, [object, name]) => {
    return truth(
      hasAttribute(asObject(object), nameOf(name)) && isPrivate(asObject(object).ringClass, nameOf(name)),
    );
  }),
  isprivatemethod: exactly(2, (_, [object, name]) => truth(methodKind(asObject(object), nameOf(name)) === 2)),
  getattribute: between(2, 2, (_, [object, name]) => copyOf(attributeOf(asObject(object), nameOf(name)))),
  setattribute: between(3, 3, (_, [object, name, value]) =>
    setAttribute(asObject(object), nameOf(name), value!),
  ),
  addattribute: between(2, 2, (_, [object, names]) => addAttributes(asObject(object), names!)),
};

/** `len` of an object is its operator. */
export function lengthOf(value: RingValue): RingValue {
  if (typeof value === "string") return value.length;
  if (value instanceof RingList) return value.items.length;
  if (!(value instanceof RingObject)) throw bad("type");
  const { operator } = value.ringClass.all;
  if (operator === undefined) throw languageError("R50");
  return operator(value, "len", 0);
}

function nameOf(value: RingValue | undefined): string {
  return lower(asText(value));
}

/** The class, its parent, and so on. */
function classesOf(ringClass: RingClass): RingClass[] {
  const found: RingClass[] = [];
  for (let next: RingClass | null = ringClass; next !== null; next = next.parent) found.push(next);
  return found;
}

// Those of the class come first; a method that it overrides is listed again.
function methodNames(ringClass: RingClass): string[] {
  return classesOf(ringClass).flatMap(({ methods }) => [...methods.keys()]);
}

function isPrivate(ringClass: RingClass, name: string): boolean {
  return classesOf(ringClass).some(({ privates }) => privates.has(name));
}

// Ring returns 2 for a private method.
function methodKind({ ringClass: { all, open } }: RingObject, name: string): number {
  if (all[name] === undefined) return 0;
  return open[name] === undefined ? 2 : 1;
}

function hasAttribute({ attributes }: RingObject, name: string): boolean {
  return attributes[name] !== undefined;
}

function attributeOf(object: RingObject, name: string): RingValue {
  const value = object.attributes[name];
  if (value === undefined) throw noAttribute();
  return value;
}

function setAttribute(object: RingObject, name: string, value: RingValue): string {
  attributeOf(object, name);
  object.attributes[name] = copyOf(value);
  return "";
}

// As in a class body, an attribute without a value holds the text NULL.
function addAttributes(object: RingObject, names: RingValue): string {
  const added = names instanceof RingList ? names.items : [asText(names)];
  for (const name of added) if (typeof name === "string") addAttribute(object, lower(name));
  return "";
}

function addAttribute(object: RingObject, name: string): void {
  if (hasAttribute(object, name)) {
    throw languageError("R54");
  }
  object.attributes[name] = "NULL";
}
