// Dialect: the operators of Ring that compute: the left operand decides what they do, or else the right one.
import { bitAnd, bitNot, bitOr, bitXor, shiftLeft, shiftRight } from "./bits.ts";
import { numberText } from "../library/text/number-text.ts";
import { numberOfText } from "../library/text/conversions.ts";
import { copyOf } from "../runtime/copies.ts";
import { languageError } from "../runtime/language-errors.ts";
import { RingList, RingObject, type RingValue } from "../runtime/values.ts";

/** The operators for one program: the number of decimals is the program's. */
export class Operators {
  readonly #format: { readonly decimals: number };

  constructor(format: { readonly decimals: number }) {
    this.#format = format;
  }

  readonly add = (a: RingValue, b: RingValue): RingValue =>
    typeof a === "number" && typeof b === "number" ? a + b : this.#addAny(a, b);

  readonly subtract = (a: RingValue, b: RingValue): RingValue =>
    typeof a === "number" && typeof b === "number" ? a - b : arithmetic("-", a, b);

  readonly multiply = (a: RingValue, b: RingValue): RingValue =>
    typeof a === "number" && typeof b === "number" ? a * b : arithmetic("*", a, b);

  readonly divide = (a: RingValue, b: RingValue): RingValue =>
    typeof a === "number" && typeof b === "number" && b !== 0 ? a / b : arithmetic("/", a, b);

  readonly modulo = (a: RingValue, b: RingValue): RingValue =>
    typeof a === "number" && typeof b === "number" && b !== 0 ? a % b : arithmetic("%", a, b);

  readonly power = (a: RingValue, b: RingValue): RingValue => arithmetic("**", a, b);
  readonly bitAnd = (a: RingValue, b: RingValue): RingValue => arithmetic("&", a, b);
  readonly bitOr = (a: RingValue, b: RingValue): RingValue => arithmetic("|", a, b);
  readonly bitXor = (a: RingValue, b: RingValue): RingValue => arithmetic("^", a, b);
  readonly shiftLeft = (a: RingValue, b: RingValue): RingValue => arithmetic("<<", a, b);
  readonly shiftRight = (a: RingValue, b: RingValue): RingValue => arithmetic(">>", a, b);

  readonly negate = (value: RingValue): RingValue => {
    if (value instanceof RingObject) return overloaded(value, "neg", 0);
    return -operandNumber(value);
  };

  readonly bitNot = (value: RingValue): RingValue => {
    if (value instanceof RingObject) return overloaded(value, "~", 0);
    return bitNot(operandNumber(value));
  };

  /** The text of a number as this program writes it. */
  readonly numberText = (value: number): string => numberText(value, this.#format.decimals);

  #addAny(a: RingValue, b: RingValue): RingValue {
    if (a instanceof RingObject) return overloaded(a, "+", b);
    if (a instanceof RingList) {
      a.items.push(copyOf(b));
      return a;
    }
    if (b instanceof RingObject) return overloaded(b, "r+", a);
    return typeof a === "string" ? a + this.#textOf(b) : this.#addToNumber(a, b);
  }

  #textOf(value: RingValue): string {
    if (typeof value === "string") return value;
    if (typeof value === "number") return this.numberText(value);
    throw languageError("R21");
  }

  // A number and a line end make a text.
  #addToNumber(a: number, b: RingValue): RingValue {
    return b === "\n" ? this.numberText(a) + b : a + operandNumber(b);
  }
}

/** The number that an operand is; the error of the language if it is none. */
export function operandNumber(value: RingValue): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string") throw languageError("R21");
  return numberOfText(value);
}

/** The result of an object's method `operator`. */
export function overloaded(object: RingObject, operator: string, value: RingValue): RingValue {
  const method = object.ringClass.all["operator"];
  if (method === undefined) throw languageError("R50");
  return method(object, operator, value);
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => {
    if (b === 0) throw languageError("R1");
    return a / b;
  },
  "%": (a, b) => {
    if (b === 0) throw languageError("R1");
    return a % b;
  },
  "**": (a, b) => a ** b,
  "&": bitAnd,
  "|": bitOr,
  "^": bitXor,
  "<<": shiftLeft,
  ">>": shiftRight,
  "<": (a, b) => (a < b ? 1 : 0),
  ">": (a, b) => (a > b ? 1 : 0),
  "<=": (a, b) => (a <= b ? 1 : 0),
  ">=": (a, b) => (a >= b ? 1 : 0),
};

/** An operator for any operands. An object on the right has its method `operator` called with an `r` before the operator. */
export function arithmetic(operator: string, a: RingValue, b: RingValue): RingValue {
  if (a instanceof RingObject) return overloaded(a, operator, b);
  if (b instanceof RingObject) return overloaded(b, `r${operator}`, a);
  if (a instanceof RingList || b instanceof RingList) throw languageError("R21");
  return ARITHMETIC[operator]!(operandNumber(a), operandNumber(b));
}
