// Dialect: the operators of Ring that compare, and what counts as true.
import { textNumber } from "../library/text/text-number.ts";
import { languageError } from "../runtime/language-errors.ts";
import { arithmetic, operandNumber, overloaded } from "./operators.ts";
import { RingList, RingObject, type RingValue } from "../runtime/values.ts";

/** Whether a value counts as true: not 0, not the empty text, not the empty list. */
export function countsAsTrue(value: RingValue): boolean {
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string") return value !== "";
  return !(value instanceof RingList) || value.items.length > 0;
}

/** `a = b`: numbers and texts are compared as numbers, lists and objects by identity. */
export function equal(a: RingValue, b: RingValue): RingValue {
  if (overloads(a)) return overloaded(a, "=", b);
  return isEqual(a, b) ? 1 : 0;
}

/** `a != b`. */
export function unequal(a: RingValue, b: RingValue): RingValue {
  if (overloads(a)) return overloaded(a, "!=", b);
  return isEqual(a, b) ? 0 : 1;
}

export function less(a: RingValue, b: RingValue): RingValue {
  if (typeof a === "number" && typeof b === "number") return a < b ? 1 : 0;
  return arithmetic("<", a, b);
}

export function lessOrEqual(a: RingValue, b: RingValue): RingValue {
  if (typeof a === "number" && typeof b === "number") return a <= b ? 1 : 0;
  return arithmetic("<=", a, b);
}

export function greater(a: RingValue, b: RingValue): RingValue {
  if (typeof a === "number" && typeof b === "number") return a > b ? 1 : 0;
  return arithmetic(">", a, b);
}

export function greaterOrEqual(a: RingValue, b: RingValue): RingValue {
  if (typeof a === "number" && typeof b === "number") return a >= b ? 1 : 0;
  return arithmetic(">=", a, b);
}

export function not(value: RingValue): RingValue {
  if (overloads(value)) return overloaded(value, "not", 0);
  return countsAsTrue(value) ? 0 : 1;
}

/** `a and b`, where `a` counts as true. */
export function and(a: RingValue, b: RingValue): RingValue {
  return overloads(a) ? overloaded(a, "and", b) : Number(countsAsTrue(b));
}

/** `a or b`, unless {@link decides}. */
export function or(a: RingValue, b: RingValue): RingValue {
  return overloads(a) ? overloaded(a, "or", b) : Number(countsAsTrue(b));
}

/** Whether the left side makes `or` true, whatever the right side is. */
export function decides(a: RingValue): boolean {
  return countsAsTrue(a) && !overloads(a);
}

/** Whether a counting loop goes on. With a step of 0 it does not begin. */
export function isWithin(counter: RingValue, end: RingValue, step: number): boolean {
  if (typeof end !== "number") {
    if (typeof end === "object") throw languageError("R29");
    return isWithin(counter, operandNumber(end), step);
  }
  if (typeof counter !== "number") throw languageError("R29");
  return step > 0 ? counter <= end : step < 0 && counter >= end;
}

/** The counter of a loop in its next round. */
export function counted(counter: RingValue, step: number): RingValue {
  if (typeof counter !== "number") throw languageError("R29");
  return counter + step;
}

/** The step of a counting loop as a number. */
export function stepOf(value: RingValue): number {
  if (typeof value === "object") throw languageError("R28");
  return operandNumber(value);
}

function isEqual(a: RingValue, b: RingValue): boolean {
  if (typeof a === "number" && typeof b === "string") return textNumber(b) === a;
  if (typeof a === "string" && typeof b === "number") return textNumber(a) === b;
  return a === b;
}

function overloads(value: RingValue): value is RingObject {
  return value instanceof RingObject && value.ringClass.all["operator"] !== undefined;
}
