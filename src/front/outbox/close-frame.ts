/** With what a session is to be closed. */
export interface CloseFrame {
  readonly code: number;
  readonly reason: string;
}

// A close frame holds 125 bytes, two of them for the code.
const REASON_BYTES = 123;

/** A code and reason that fit a close frame: a wrong code becomes 1000, a long reason is cut at a character. */
export function closingOf(code: number, reason: string): CloseFrame {
  return { code: isSendable(code) ? code : 1000, reason: fitReason(reason) };
}

// 1004 to 1006 and 1015 are names for what never is in a frame (RFC 6455, 7.4.1).
function isSendable(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
}

function fitReason(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= REASON_BYTES) return bytes.toString();
  let end = REASON_BYTES;
  while ((bytes.readUInt8(end) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end);
}
