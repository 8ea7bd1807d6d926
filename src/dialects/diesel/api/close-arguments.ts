// Dialect: the arguments of `session.close(code, reason)`.
import { stringFor } from "../../../boundary/checks.ts";
import { isApplicationCode, MAX_REASON_BYTES, NORMAL_CLOSURE } from "../../../boundary/errors/close-codes.ts";
import { describePayload } from "../../../boundary/payload.ts";
import { utf8Length } from "../../../boundary/text/utf8.ts";

/** The code: 1000, or one that the protocol leaves to applications. */
export function closeCode(value: unknown): number {
  if (value === undefined) return NORMAL_CLOSURE;
  if (typeof value !== "number") {
    throw new TypeError(`session.close takes a number as code, got ${describePayload(value)}`);
  }
  if (isApplicationCode(value)) return value;
  throw new RangeError(`session.close takes 1000 or 3000 to 4999 as code, got ${value}; did you mean 4000?`);
}

/** The reason: up to 123 bytes of UTF-8. */
export function closeReason(value: unknown): string {
  if (value === undefined || value === "") return "";
  const reason = stringFor("session.close", "reason", value);
  const bytes = utf8Length(reason);
  if (bytes <= MAX_REASON_BYTES) return reason;
  throw new RangeError(
    `session.close takes a reason of at most ${MAX_REASON_BYTES} bytes, got ${bytes}; send a long text as a message first`,
  );
}
