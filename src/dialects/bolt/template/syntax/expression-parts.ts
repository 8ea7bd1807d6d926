// Dialect: constants and functions of expressions in templates, parts of values, and errors with their place.
import { nearest } from "../../../../boundary/text/nearest.ts";
import { TemplateError, type TemplatePlace } from "../values/template-error.ts";
import { Callable, itemsOf, kindOf, partOf, printed } from "../values/values.ts";

/** A part of a value; an error if the value itself is missing. */
export function part(value: unknown, key: unknown, place: TemplatePlace): unknown {
  if (value !== undefined && value !== null) return partOf(value, key);
  throw new TemplateError(`"${printed(key)}" is read from a value that is ${kindOf(value)}`, place);
}

/** Some of the items of a list, or of the letters of a text. */
export function sliced(value: unknown, start: unknown, end: unknown): unknown {
  const bound = (at: unknown): number | undefined => (typeof at === "number" ? at : undefined);
  const items = (itemsOf(value) ?? []).slice(bound(start), bound(end));
  return typeof value === "string" ? items.join("") : items;
}

/** An error of a filter or an operator gets the place in the template. */
export function located<T>(place: TemplatePlace, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof TypeError) throw new TemplateError(error.message, place);
    throw error;
  }
}

/** The error for a name that is not one of these. */
export function unknown(
  kind: string,
  name: string,
  names: readonly string[],
  place: TemplatePlace,
): TemplateError {
  const meant = nearest(name, names);
  const fix = meant === null ? `there are ${names.join(", ")}` : `did you mean "${meant}"?`;
  return new TemplateError(`there is no ${kind} "${name}"; ${fix}`, place);
}

export const CONSTANTS: ReadonlyMap<string, () => unknown> = new Map<string, () => unknown>([
  ...["true", "True"].map((name) => [name, () => true] as const),
  ...["false", "False"].map((name) => [name, () => false] as const),
  ...["none", "None"].map((name) => [name, () => null] as const),
]);

/** Published: `range` and `dict`. */
export const FUNCTIONS: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ["range", new Callable("range", ({ at }) => range(at.map(Number)))],
  ["dict", new Callable("dict", ({ at, named }) => ({ ...(at[0] as object | undefined), ...named }))],
]);

function range([first = 0, last, step = 1]: readonly number[]): number[] {
  const [start, end] = last === undefined ? [0, first] : [first, last];
  const count = step === 0 ? Infinity : Math.max(0, Math.ceil((end - start) / step));
  if (!(count <= MOST_NUMBERS)) throw new TypeError(`range has at most ${MOST_NUMBERS} numbers`);
  return Array.from({ length: count }, (_, at) => start + at * step);
}

const MOST_NUMBERS = 100_000;
