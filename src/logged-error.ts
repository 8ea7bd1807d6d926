// Base: an error of Parlor's own code as the log has it.
import { LOGGED_ERROR_BOUNDS, type LoggedError } from "./boundary/log-line.ts";

/** Type, message, stack, code, causes and parts of whatever was thrown. Those of scripts come with their lines. */
export function loggedError(error: unknown, depth: number = LOGGED_ERROR_BOUNDS.depth): LoggedError {
  const { characters, errors } = LOGGED_ERROR_BOUNDS;
  if (!(error instanceof Error))
    return { type: typeof error, message: `${String(error)} (thrown, not an Error)`, stack: "" };
  const { name: type, message, stack = "", cause } = error;
  const code: unknown = "code" in error ? error.code : undefined;
  const parts = depth > 0 && error instanceof AggregateError ? error.errors.slice(0, errors) : [];
  return {
    ...{ type, message: message.slice(0, characters), stack: stack.slice(0, characters) },
    ...((typeof code === "string" || typeof code === "number") && { code }),
    ...(depth > 0 && cause !== undefined && { cause: loggedError(cause, depth - 1) }),
    ...(parts.length > 0 && { errors: parts.map((part) => loggedError(part, depth - 1)) }),
  };
}

/** A line of a script as a person reads it: with the stack of its error, if it has one. */
export function wholeText({ text, err }: { readonly text: string; readonly err?: LoggedError }): string {
  return err === undefined ? text : [text, ...errorLines(err)].join("\n");
}

/** The frames of an error, and those of the errors behind it, as lines. Its own first line is left out. */
export function errorLines({ message, stack, cause, errors = [] }: LoggedError): string[] {
  const head = stack.indexOf(message);
  const frames = (head < 0 ? stack : stack.slice(head + message.length)).split("\n").slice(1);
  const behind = [...(cause === undefined ? [] : [{ label: "Caused by", error: cause }])];
  for (const error of errors) behind.push({ label: "One of them", error });
  return [
    ...frames,
    ...behind.flatMap(({ label, error }) => [`${label}: ${headOf(error)}`, ...errorLines(error)]),
  ];
}

function headOf({ type, message, code }: LoggedError): string {
  return `${type}: ${message}${code === undefined ? "" : ` (${code})`}`;
}
