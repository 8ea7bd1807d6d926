// Dialect: the text of an error as Ring programs see it.
import { toBytes } from "../runtime/bytes.ts";
import { languageError } from "../runtime/language-errors.ts";
import { RingError } from "../runtime/ring-error.ts";

/** The text in bytes; too deep a recursion has the text that Ring has for it. */
export function caughtText(error: unknown): string {
  if (error instanceof RingError) return error.message;
  if (error instanceof RangeError && /call stack/.test(error.message)) return languageError("R4").message;
  return toBytes(error instanceof Error ? error.message : String(error));
}
