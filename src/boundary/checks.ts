// Boundary: the checks of values that both sides share.
import { describePayload } from "./payload.ts";

/** Whether a value is an object that is neither an array nor null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value has a `then`: what a handler returns that has not finished. */
export function isPromiseLike<T = unknown>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  const isThenable = (typeof value === "object" && value !== null) || typeof value === "function";
  return isThenable && typeof (value as { then?: unknown }).then === "function";
}

/**
 * Returns the text of anything that was thrown. Node gives an `AggregateError` no text of its own when a host name has
 * several addresses, so its parts speak for it.
 */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}

/**
 * Returns a string argument of a published call.
 *
 * @throws TypeError if it is not a string: `session.getParameter takes a string as name, got a number`.
 */
export function stringFor(call: string, what: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`${call} takes a string as ${what}, got ${describePayload(value)}`);
}

/** Returns a record without the members that are undefined: an option that is undefined counts as left out. */
export function withoutUndefined<T extends object>(record: T): Partial<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<T>;
}
