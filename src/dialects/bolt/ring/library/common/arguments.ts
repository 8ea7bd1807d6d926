// Dialect: checks of the arguments of Ring's built-in functions, with Ring's own texts.
import type { Builtin } from "../../runtime/builtin.ts";
import { languageError } from "../../runtime/language-errors.ts";
import { RingError } from "../../runtime/ring-error.ts";
import { RingList, RingObject } from "../../runtime/values.ts";
import type { RingValue } from "../../runtime/values.ts";

/** A function that takes exactly `count` arguments; with any other number its error names the right one. */
export function exactly(count: keyof typeof words, call: Builtin): Builtin {
  return (run, args) => {
    if (args.length !== count) throw missing(count);
    return call(run, args);
  };
}

/** A function that takes `least` to `most` arguments; its error for any other number does not name the right one. */
export function between(least: number, most: number, call: Builtin): Builtin {
  return (run, args) => {
    if (args.length < least || args.length > most) throw bad("count");
    return call(run, args);
  };
}

const words = { 1: "one parameter", 2: "two parameters", 3: "three parameters" };

const texts = {
  type: "Bad parameter type!",
  count: "Bad parameters count!",
  range: "Bad parameters value, error in range!",
  length: "Bad parameters value, error in length!",
  value: "Bad parameter value!",
  empty: "Bad parameter, empty list!",
};

export function missing(count: keyof typeof words): RingError {
  return new RingError(`Bad parameters count, the function expect ${words[count]}`);
}

export function bad(what: keyof typeof texts): RingError {
  return new RingError(texts[what]);
}

export function asText(value: RingValue | undefined): string {
  if (typeof value !== "string") throw bad("type");
  return value;
}

export function asNumber(value: RingValue | undefined): number {
  if (typeof value !== "number") throw bad("type");
  return value;
}

/** A number as C's `int`: without its fraction. */
export function asWhole(value: RingValue | undefined): number {
  return Math.trunc(asNumber(value));
}

/** A list, but not an object. */
export function asList(value: RingValue | undefined): RingList {
  if (value instanceof RingList) return value;
  throw value instanceof RingObject ? languageError("R45") : bad("type");
}

export function asObject(value: RingValue | undefined): RingObject {
  if (!(value instanceof RingObject)) throw bad("type");
  return value;
}

/** True and false are numbers in Ring. */
export function truth(value: boolean): number {
  return value ? 1 : 0;
}
