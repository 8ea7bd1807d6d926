import { describePayload } from "../../boundary/payload.ts";

/** Refuses what is not a string, naming the call: `globals.get takes a string as name, got a number`. */
export function stringFor(call: string, what: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`${call} takes a string as ${what}, got ${describePayload(value)}`);
}

/** Refuses a message that is no text: there are no binary messages in this API. */
export function textFor(call: string, value: unknown): string {
  if (typeof value === "string") return value;
  const remedy = typeof value === "number" ? "String(value)" : "JSON.stringify(value)";
  throw new TypeError(`${call} takes a string, got ${describePayload(value)}; did you mean ${remedy}?`);
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** An object that is neither a list nor nothing. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A fault of the registry's files, not of a running script: a line without a stack. */
export function fileProblem(text: string): Error {
  const error = new Error(text);
  error.stack = "";
  return error;
}
