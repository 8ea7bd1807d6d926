// Dialect: checks of the arguments that modules of a Dirigible registry give, and errors of its files.
import { copiedBytes, describePayload, remedyFor } from "../../../boundary/payload.ts";

/** Returns a message; throws a TypeError for anything but a string, because this API has no binary messages. */
export function textFor(call: string, value: unknown): string {
  if (typeof value === "string") return value;
  const isBytes = copiedBytes(value) !== null;
  const remedy = isBytes ? "did you mean new TextDecoder().decode(value)?" : remedyFor(value);
  throw new TypeError(`${call} takes a string, got ${describePayload(value)}; ${remedy}`);
}

/** An error of the registry's files, not of a running script: one line without a stack. */
export function fileProblem(text: string): Error {
  const error = new Error(text);
  error.stack = "";
  return error;
}
