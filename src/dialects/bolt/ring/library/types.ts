// Dialect: Ring's built-in functions on the type of a value.
import type { Builtin, Builtins } from "../runtime/builtin.ts";
import { RingList, RingObject } from "../runtime/values.ts";
import type { RingValue } from "../runtime/values.ts";
import { exactly, truth } from "./common/arguments.ts";

export const types: Builtins = {
  type: exactly(1, (_, [value]) => typeName(value!)),
  isstring: is((value) => typeof value === "string"),
  isnumber: is((value) => typeof value === "number"),
  islist: is((value) => value instanceof RingList),
  isobject: is((value) => value instanceof RingObject),
  isnull: is((value) => typeof value === "string" && /^(?:null)?$/i.test(value)),
  ispointer: is(() => false),
};

function is(test: (value: RingValue) => boolean): Builtin {
  return exactly(1, (_, [value]) => truth(test(value!)));
}

function typeName(value: RingValue): string {
  if (typeof value === "string") return "STRING";
  if (typeof value === "number") return "NUMBER";
  return value instanceof RingList ? "LIST" : "OBJECT";
}
