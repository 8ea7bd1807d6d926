import { describePayload } from "../../boundary/payload.ts";

/** Refuses what is not a string, naming the call: `session.getParameter takes a string as name, got a number`. */
export function stringFor(call: string, what: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`${call} takes a string as ${what}, got ${describePayload(value)}`);
}

export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** An object that is neither a list nor nothing. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
