// Boundary: the checks of single values in what a host sends.
import { isRecord } from "../checks.ts";

/** Whether a value is what its place in a message asks for. */
export type Check = (value: unknown) => boolean;

export const isString: Check = (value) => typeof value === "string";

export const isBoolean: Check = (value) => typeof value === "boolean";

export const isNumber: Check = (value) => typeof value === "number";

export const isFinite: Check = (value) => Number.isFinite(value);

/** The number of something: whole, and not below 0. */
export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;

/** Bytes of its own: those of shared memory could change while the front reads them. */
export const isBytes: Check = (value) => value instanceof Uint8Array && value.buffer instanceof ArrayBuffer;

export const isMessageData: Check = (value) => typeof value === "string" || isBytes(value);

/** No object, which might have any shape. */
export const isSimple: Check = (value) => typeof value !== "object" && typeof value !== "function";

export const isNull: Check = (value) => value === null;

export function oneOf(...values: readonly unknown[]): Check {
  return (value) => values.includes(value);
}

export function either(...checks: readonly Check[]): Check {
  return (value) => checks.some((check) => check(value));
}

/** Holes of a list count as undefined; a list may claim any length. */
export function listOf(check: Check, longest = LONGEST): Check {
  return (value) => {
    if (!Array.isArray(value) || value.length > longest) return false;
    for (let at = 0; at < value.length; at += 1) if (!check(value[at])) return false;
    return true;
  };
}

/** More members than any list of an honest host. */
const LONGEST = 4_194_304;

/** A list of as many values as there are checks. */
export function tupleOf(...checks: readonly Check[]): Check {
  return (value) =>
    Array.isArray(value) && value.length === checks.length && checks.every((check, at) => check(value[at]));
}

/** A record whose members pass; others may be there, and are never read. */
export function recordOf(members: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(members);
  return (value) => isRecord(value) && checks.every(([name, check]) => check(value[name]));
}

export function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}
