// Dialect: `x += value` and its like on a variable or an item, which are stricter than the operators themselves.
import { intOf } from "./bits.ts";
import { languageError } from "../runtime/language-errors.ts";
import { operandNumber, overloaded } from "./operators.ts";
import { RingObject, type RingValue } from "../runtime/values.ts";

/** What `x` holds after `x operator value`. */
export type Compound = (old: RingValue, value: RingValue) => RingValue;

/** The compound assignments, by the names of their helpers; `textOf` is how the program writes a number. */
export function compoundsOf(textOf: (value: number) => string) {
  return {
    addTo: (old: RingValue, value: RingValue): RingValue => {
      if (typeof old === "object" || typeof value === "object") return overloadedBy("+=", old, value);
      if (typeof old === "number") return old + operandNumber(value);
      return old + (typeof value === "number" ? textOf(value) : value);
    },
    subtractFrom: onNumbers("-=", (old, value) => old - value),
    multiplyBy: onNumbers("*=", (old, value) => old * value),
    divideBy: onNumbers("/=", (old, value) => old / value),
    moduloBy: onNumbers("%=", (old, value) => old % value),
    powerBy: onNumbers("**=", (old, value) => old ** value),
    bitAndBy: onNumbers("&=", (old, value) => intOf(old) & intOf(value)),
    bitOrBy: onNumbers("|=", (old, value) => intOf(old) | intOf(value)),
    bitXorBy: onNumbers("^=", (old, value) => intOf(old) ^ intOf(value)),
    shiftLeftBy: onNumbers("<<=", (old, value) => intOf(old) << intOf(value)),
    shiftRightBy: onNumbers(">>=", (old, value) => intOf(old) >> intOf(value)),
    increase,
  };
}

/** `x++` and `x--`, and the step of a counting loop. */
export function increase(old: RingValue, step: number): RingValue {
  return typeof old === "number" ? old + step : overloadedBy(step > 0 ? "++" : "--", old, 1);
}

function onNumbers(operator: string, compute: (old: number, value: number) => number): Compound {
  return (old, value) =>
    typeof old === "number" && typeof value === "number"
      ? compute(old, value)
      : overloadedBy(operator, old, value);
}

// The method changes the object; what it returns is dropped.
function overloadedBy(operator: string, old: RingValue, value: RingValue): RingValue {
  if (!(old instanceof RingObject) || old.ringClass.all["operator"] === undefined) throw languageError("R21");
  overloaded(old, operator, value);
  return old;
}
