// Dialect: true and false of JSON in Ring, whose own `true` and `false` are the numbers 1 and 0.
import { type RingClass, type RingCode, RingObject, type RingValue } from "../runtime/values.ts";

/** Whether a value stands for true or false of JSON; null if it is another value. */
export function truthOf(value: RingValue | undefined): boolean | null {
  if (!(value instanceof RingObject) || value.ringClass !== truthClass) return null;
  return value.attributes["value"] === 1;
}

/** Bolt's calls for truth values. JSON that is decoded has 1 and 0, which stand for true and false here too. */
export const truthCalls: readonly [string, RingCode][] = [
  ["jsontrue", () => truth(1)],
  ["jsonfalse", () => truth(0)],
  ["jsonistrue", (_self, value) => number(value === 1 || truthOf(value) === true)],
  ["jsonisfalse", (_self, value) => number(value === 0 || truthOf(value) === false)],
  ["jsontobool", (_self, value) => number(value === 1 || truthOf(value) === true)],
];

// No program can make objects of it with `new`.
const truthClass: RingClass = {
  name: "jsontruth",
  packageName: "",
  parent: null,
  methods: new Map(),
  privates: new Set(),
  all: Object.create(null) as RingClass["all"],
  open: Object.create(null) as RingClass["open"],
};

function truth(value: number): RingObject {
  const attributes = Object.create(null) as Record<string, RingValue>;
  attributes["value"] = value;
  const object = new RingObject(truthClass, attributes);
  object.isTemporary = true;
  return object;
}

function number(is: boolean): number {
  return is ? 1 : 0;
}
