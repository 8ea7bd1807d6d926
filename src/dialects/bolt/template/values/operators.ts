// Dialect: the operators of expressions in templates.
import { isMap, isTextValue, isTruthy, itemsOf, kindOf, printed } from "./values.ts";

/** Two values and what becomes of them; throws for values that do not fit. */
export type Operator = (left: unknown, right: unknown) => unknown;

export const COMPARISONS: Readonly<Record<string, Operator>> = {
  "==": sameValue,
  "!=": (left, right) => !sameValue(left, right),
  "<": (left, right) => compared(left, right) < 0,
  "<=": (left, right) => compared(left, right) <= 0,
  ">": (left, right) => compared(left, right) > 0,
  ">=": (left, right) => compared(left, right) >= 0,
  in: (left, right) => contains(right, left),
  "not in": (left, right) => !contains(right, left),
};

export const SUMS: Readonly<Record<string, Operator>> = {
  "+": (left, right) => {
    if (isTextValue(left) && isTextValue(right)) return printed(left) + printed(right);
    if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
    return numeric("+", left, right, (a, b) => a + b);
  },
  "-": (left, right) => numeric("-", left, right, (a, b) => a - b),
};

export const PRODUCTS: Readonly<Record<string, Operator>> = {
  "*": (left, right) => numeric("*", left, right, (a, b) => a * b),
  "/": (left, right) => divided("/", left, right, (a, b) => a / b),
  "//": (left, right) => divided("//", left, right, (a, b) => Math.floor(a / b)),
  "%": (left, right) => divided("%", left, right, (a, b) => a - b * Math.floor(a / b)),
};

export function power(left: unknown, right: unknown): unknown {
  return numeric("**", left, right, (a, b) => a ** b);
}

export function sameValue(left: unknown, right: unknown): boolean {
  if (isTextValue(left) && isTextValue(right)) return printed(left) === printed(right);
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, at) => sameValue(item, right[at]));
  }
  if (isMap(left) && isMap(right)) return JSON.stringify(left) === JSON.stringify(right);
  return left === right || (typeof left === "boolean" && Number(left) === right);
}

/** Below 0 if the left value comes first. Values of different kinds are in the order of their kinds, as in MiniJinja. */
export function compared(left: unknown, right: unknown): number {
  if (isTextValue(left) && isTextValue(right)) {
    const [a, b] = [printed(left), printed(right)];
    return a < b ? -1 : Number(a > b);
  }
  if (isNumeric(left) && isNumeric(right)) return Number(left) - Number(right);
  return KINDS.indexOf(kindOf(left)) - KINDS.indexOf(kindOf(right));
}

const KINDS = ["undefined", "none", "boolean", "number", "text", "list", "map", "function"];

function contains(whole: unknown, part: unknown): boolean {
  if (isTextValue(whole)) return printed(whole).includes(printed(part));
  const items = itemsOf(whole);
  if (items === null) throw new TypeError(`"in" needs a list, a map or a text, got a ${kindOf(whole)}`);
  return items.some((item) => sameValue(item, part));
}

function isNumeric(value: unknown): value is number | boolean {
  return typeof value === "number" || typeof value === "boolean";
}

function numeric(sign: string, left: unknown, right: unknown, run: (a: number, b: number) => number): number {
  if (isNumeric(left) && isNumeric(right)) return run(Number(left), Number(right));
  const remedy = isTruthy(left) && isTextValue(left) ? `; "~" joins texts` : "";
  throw new TypeError(`"${sign}" needs numbers, got ${kindOf(left)} and ${kindOf(right)}${remedy}`);
}

function divided(sign: string, left: unknown, right: unknown, run: (a: number, b: number) => number): number {
  if (right === 0) throw new TypeError(`"${sign}": division by zero`);
  return numeric(sign, left, right, run);
}
