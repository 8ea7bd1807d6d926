// Boundary: the close codes of WebSocket connections, and what a close frame can carry.
import { utf8Length, utf8Size } from "../text/utf8.ts";

/** A close code that Parlor itself uses. */
export interface CloseCode {
  readonly code: number;
  readonly name: string;
  readonly meaning: string;
  /** Whether connecting again, after a pause, can help. */
  readonly mayReconnect: boolean;
}

export const NORMAL_CLOSURE = 1000;
export const GOING_AWAY = 1001;
export const PROTOCOL_ERROR = 1002;
export const UNSUPPORTED_DATA = 1003;
/** Never in a frame: the code of a close frame that carries none. */
export const NO_STATUS = 1005;
/** Never in a frame: the code of a connection that was lost without a close frame. */
export const ABNORMAL_CLOSURE = 1006;
export const INVALID_DATA = 1007;
export const POLICY_VIOLATION = 1008;
export const MESSAGE_TOO_BIG = 1009;
export const INTERNAL_ERROR = 1011;
export const SERVICE_RESTART = 1012;
export const TRY_AGAIN_LATER = 1013;
/** Of `parlor.v1`: another connection of the same session has taken its place. */
export const REPLACED = 3901;
/** Of `parlor.v1`: the client sent what the protocol does not know. */
export const LINE_ERROR = 3902;
/** Of `parlor.v1`: the client asks faster than its script replies. */
export const TOO_MANY_CALLS = 3903;

/** The longest reason of a close frame, in bytes: a control frame holds 125, two of them for the code. */
export const MAX_REASON_BYTES = 123;

/** The close codes that Parlor itself uses, as `docs/errors.md` lists them. */
export const CLOSE_CODES: readonly CloseCode[] = [
  row(NORMAL_CLOSURE, "normal closure", "the script or the client is done", false),
  row(GOING_AWAY, "going away", "the server is shutting down, or the route was removed", true),
  row(PROTOCOL_ERROR, "protocol error", "the client broke the protocol", false),
  row(UNSUPPORTED_DATA, "unsupported data", "the script takes no binary messages", false),
  row(INVALID_DATA, "invalid data", "a text message was not UTF-8", false),
  row(
    POLICY_VIOLATION,
    "policy violation",
    "the client sent pings, messages or pieces of messages faster, or in larger numbers, than allowed, or the script hung on its events twice within a minute",
    false,
  ),
  row(MESSAGE_TOO_BIG, "message too big", "a message was longer than allowed", false),
  row(INTERNAL_ERROR, "internal error", "the script keeps failing; it is tried again later", true),
  row(SERVICE_RESTART, "service restart", "the script was restarted without its state", true),
  row(
    TRY_AGAIN_LATER,
    "try again later",
    "the client read more slowly than allowed, or took nothing for too long; or its session kept most in a script that ran out of memory",
    true,
  ),
  row(
    REPLACED,
    "replaced",
    "another connection of the same session of `parlor.v1` has taken its place",
    false,
  ),
  row(
    LINE_ERROR,
    "bad frame",
    "the client sent a frame that `parlor.v1` does not know, or acknowledged messages that were not sent",
    false,
  ),
  row(TOO_MANY_CALLS, "too many requests", "more requests of the client than allowed have no reply", false),
];

/** Whether a close frame may carry the code (RFC 6455, 7.4): 1004 to 1006 and 1015 are names only. */
export function isSendableCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
}

/** Whether a script may close with the code: 1000, or one that the protocol leaves to applications. */
export function isApplicationCode(code: number): boolean {
  return code === NORMAL_CLOSURE || (Number.isInteger(code) && code >= 3000 && code <= 4999);
}

/** The reason, cut after the last character that fits a close frame. */
export function fitReason(reason: string): string {
  if (utf8Length(reason) <= MAX_REASON_BYTES) return reason;
  let bytes = 0;
  let length = 0;
  for (const character of reason) {
    bytes += utf8Size(character);
    if (bytes > MAX_REASON_BYTES) break;
    length += character.length;
  }
  return reason.slice(0, length);
}

function row(code: number, name: string, meaning: string, mayReconnect: boolean): CloseCode {
  return { code, name, meaning, mayReconnect };
}
