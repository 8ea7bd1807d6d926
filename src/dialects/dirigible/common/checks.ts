// Dialect: checks of the arguments that modules of a Dirigible registry give, and errors of its files.
import { describePayload } from "../../../boundary/payload.ts";

/** Returns a message; throws a TypeError for anything but a string, because this API has no binary messages. */
export function textFor(call: string, value: unknown): string {
  if (typeof value === "string") return value;
  const remedy = typeof value === "number" ? "String(value)" : "JSON.stringify(value)";
  throw new TypeError(`${call} takes a string, got ${describePayload(value)}; did you mean ${remedy}?`);
}

/** An error of the registry's files, not of a running script: one line without a stack. */
export function fileProblem(text: string): Error {
  const error = new Error(text);
  error.stack = "";
  return error;
}
