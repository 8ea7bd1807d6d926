// Dialect: an error of a Ring program as its log shows it.
import { lowerAscii, toText } from "../runtime/bytes.ts";
import { RingError } from "../runtime/ring-error.ts";

/** The same error, with a text that people can read, since Ring's are bytes, and with the names of Ring in its stack. */
export function readable(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { message, stack = "" } = error;
  const text = error instanceof RingError ? toText(message) : message;
  error.message = text;
  error.stack = stack
    .replace(message, () => text)
    .replaceAll(TOP_FRAME, "$1")
    .replaceAll(FRAME, (_, name: string) => nameOf(name));
  return error;
}

// Statements at the top of a file have no name.
const TOP_FRAME = /(?<=^ +at )(?:[\w$.]+\.)?t\$(?: \[as \w+\])? \((.+)\)$/gm;

const FRAME = /(?<=^ +at )(?:[\w$.]+\.)?[fmc]\$(\S*)(?: \[as \w+\])? (?=\()/gm;

// A function without a name has a number.
function nameOf(name: string): string {
  if (name.startsWith("_ring_anonymous_func")) return "func ";
  const bytes = name.replaceAll(/\$([\da-f]{2})/g, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
  return `${toText(lowerAscii(bytes))} `;
}
