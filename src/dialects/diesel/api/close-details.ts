// Dialect: the second argument of `onClose`.
import { ABNORMAL_CLOSURE } from "../../../boundary/errors/close-codes.ts";

/** How a connection ended. `wasClean`: whether one of the two sides closed it, with a close frame. */
export function closeDetails(code: number, reason: string): CloseDetails {
  return { code, reason, wasClean: code !== ABNORMAL_CLOSURE };
}

/** How a connection ended, as in the `close` event of a browser. */
export interface CloseDetails {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}
