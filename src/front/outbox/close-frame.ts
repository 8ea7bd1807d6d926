// Front: the code and reason with which a session is closed.
import { fitReason, isSendableCode, NORMAL_CLOSURE } from "../../boundary/errors/close-codes.ts";

/** The content of a close frame: a code that may be sent, a reason of up to 123 bytes. */
export interface CloseFrame {
  readonly code: number;
  readonly reason: string;
}

/** A code and reason that fit a close frame: a wrong code becomes 1000, a long reason is cut at a character. */
export function closeFrameOf(code: number, reason: string): CloseFrame {
  return { code: isSendableCode(code) ? code : NORMAL_CLOSURE, reason: fitReason(reason) };
}
