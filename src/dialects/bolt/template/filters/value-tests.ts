// Dialect: the tests of templates, as in `{% if user is defined %}`.
import { COMPARISONS } from "../values/operators.ts";
import { isMap, isTextValue, itemsOf, printed, type CallArguments } from "../values/values.ts";

export type ValueTest = (value: unknown, args: CallArguments) => boolean;

const simple: Readonly<Record<string, (value: unknown) => boolean>> = {
  defined: (value) => value !== undefined,
  undefined: (value) => value === undefined,
  none: (value) => value === null,
  true: (value) => value === true,
  false: (value) => value === false,
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
  float: (value) => typeof value === "number" && !Number.isInteger(value),
  string: isTextValue,
  mapping: isMap,
  sequence: Array.isArray,
  iterable: (value) => value !== undefined && itemsOf(value) !== null,
  odd: (value) => typeof value === "number" && Math.abs(value % 2) === 1,
  even: (value) => typeof value === "number" && value % 2 === 0,
  upper: (value) => printed(value) === printed(value).toUpperCase(),
  lower: (value) => printed(value) === printed(value).toLowerCase(),
};

const compared = (sign: string): ValueTest => {
  return (value, { at }) => COMPARISONS[sign]?.(value, at[0]) === true;
};

/** By name. */
export const VALUE_TESTS: ReadonlyMap<string, ValueTest> = new Map<string, ValueTest>([
  ...Object.entries(simple),
  ...["==", "!=", "<", "<=", ">", ">=", "in"].map((sign) => [sign, compared(sign)] as const),
  ...(["eq", "equalto", "sameas"] as const).map((name) => [name, compared("==")] as const),
  ["ne", compared("!=")],
  ["lt", compared("<")],
  ["lessthan", compared("<")],
  ["le", compared("<=")],
  ["gt", compared(">")],
  ["greaterthan", compared(">")],
  ["ge", compared(">=")],
  ["divisibleby", (value, { at }) => Number(value) % Number(at[0]) === 0],
  ["startingwith", (value, { at }) => printed(value).startsWith(printed(at[0]))],
  ["endingwith", (value, { at }) => printed(value).endsWith(printed(at[0]))],
]);
