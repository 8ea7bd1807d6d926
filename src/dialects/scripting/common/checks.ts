// Dialect: checks of the arguments that scripts of the Scripting API give.
import { describePayload } from "../../../boundary/payload.ts";

/** Returns a function argument of a published call; throws a TypeError that names the call for anything else. */
export function functionFor(call: string, what: string, value: unknown): ScriptFunction {
  if (typeof value === "function") return value as ScriptFunction;
  throw new TypeError(`${call} takes a function as ${what}, got ${describePayload(value)}`);
}

/** Returns an object argument; an argument that is left out is an empty record. */
export function recordFor(call: string, what: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw new TypeError(`${call} takes an object as ${what}, got ${describePayload(value)}`);
}

/** The error for an argument that is not an instance of a published class. */
export function wrongKind(call: string, wanted: string, value: unknown, remedy = ""): TypeError {
  // Of a number, its value is what is wrong with it.
  const got = typeof value === "number" ? String(value) : describePayload(value);
  return new TypeError(`${call} takes ${wanted}, got ${got}${remedy === "" ? "" : `; ${remedy}`}`);
}

export type ScriptFunction = (...args: readonly unknown[]) => unknown;
