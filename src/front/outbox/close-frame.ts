// Front: the code and reason with which a session is closed.
import {
  fitReason,
  isSendableCode,
  NORMAL_CLOSURE,
  TRY_AGAIN_LATER,
} from "../../boundary/errors/close-codes.ts";
import type { OutboundDrop } from "../flow/flow-counts.ts";

/** The content of a close frame: a code that may be sent, a reason of up to 123 bytes. */
export interface CloseFrame {
  readonly code: number;
  readonly reason: string;
}

/** A code and reason that fit a close frame: a wrong code becomes 1000, a long reason is cut at a character. */
export function closeFrameOf(code: number, reason: string): CloseFrame {
  return { code: isSendableCode(code) ? code : NORMAL_CLOSURE, reason: fitReason(reason) };
}

/** For a session whose client reads too slowly. */
export function slowFrame(reason: OutboundDrop): CloseFrame {
  return closeFrameOf(TRY_AGAIN_LATER, REASONS[reason]);
}

const REASONS: Readonly<Record<OutboundDrop, string>> = {
  closed: "",
  superseded: "",
  slow: "slow consumer",
  stalled: "slow consumer: no progress",
  shed: "slow consumer: too much unsent in all",
};
