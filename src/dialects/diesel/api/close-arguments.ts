import { describePayload } from "../../../boundary/payload.ts";
import { stringFor } from "../checks.ts";

const NORMAL = 1000;
/** A close frame holds 125 bytes, two of them the code. */
const REASON_BYTES = 123;

/** The code of `session.close(code)`: what the protocol leaves to applications. */
export function closeCode(value: unknown): number {
  if (value === undefined) return NORMAL;
  if (typeof value !== "number") {
    throw new TypeError(`session.close takes a number as code, got ${describePayload(value)}`);
  }
  if (value === NORMAL || (Number.isInteger(value) && value >= 3000 && value <= 4999)) return value;
  throw new RangeError(`session.close takes 1000 or 3000 to 4999 as code, got ${value}; did you mean 4000?`);
}

/** The reason of `session.close(code, reason)`. */
export function closeReason(value: unknown): string {
  if (value === undefined || value === "") return "";
  const reason = stringFor("session.close", "reason", value);
  const bytes = new TextEncoder().encode(reason).length;
  if (bytes <= REASON_BYTES) return reason;
  throw new RangeError(
    `session.close takes a reason of at most ${REASON_BYTES} bytes, got ${bytes}; send a long text as a message before`,
  );
}
