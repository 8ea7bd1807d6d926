// Dialect: the filters of templates for numbers, truth values and defaults.
import { isTruthy, printed, type Filter } from "../values/values.ts";

const fallback: Filter = (value, { at, named }) => {
  const isMissing = value === undefined || (at[1] === true && !isTruthy(value));
  return isMissing ? (at[0] ?? named["default_value"] ?? "") : value;
};

export const valueFilters: Readonly<Record<string, Filter>> = {
  default: fallback,
  d: fallback,
  bool: isTruthy,
  int: (value, { at }) => {
    const number = numberOf(value);
    return Number.isNaN(number) ? (at[0] ?? 0) : Math.trunc(number);
  },
  float: (value, { at }) => {
    const number = numberOf(value);
    return Number.isNaN(number) ? (at[0] ?? 0) : number;
  },
  abs: (value) => Math.abs(numberOf(value)),
  round: (value, { at }) => {
    const method = printed(at[1] ?? "common");
    const round = ROUNDING.get(method);
    if (round === undefined) throw new TypeError(`round takes "common", "ceil" or "floor", got "${method}"`);
    const factor = 10 ** Number(at[0] ?? 0);
    return round(numberOf(value) * factor) / factor;
  },
};

const ROUNDING: ReadonlyMap<string, (number: number) => number> = new Map([
  // Halves away from zero.
  ["common", (number: number) => Math.sign(number) * Math.round(Math.abs(number))],
  ["ceil", Math.ceil],
  ["floor", Math.floor],
]);

function numberOf(value: unknown): number {
  return typeof value === "boolean" ? Number(value) : Number(printed(value));
}
