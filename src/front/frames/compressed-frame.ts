// Front: the compressed form of a frame (permessage-deflate, RFC 7692).
import { firstByte, headerSize, isText, writeHeader } from "./frame.ts";

/** The frame with its deflated payload, flushed by Z_SYNC_FLUSH; null when it would not be shorter. */
export function compressedFrame(frame: Buffer, deflated: Buffer): Buffer | null {
  const size = deflated.length - TAIL;
  if (size >= payloadOf(frame).length) return null;
  const header = headerSize(size);
  const compressed = Buffer.allocUnsafeSlow(header + size);
  writeHeader(compressed, 0, firstByte(isText(frame), true), size);
  deflated.copy(compressed, header, 0, size);
  return compressed;
}

/** The payload of an unmasked frame. */
export function payloadOf(frame: Buffer): Buffer {
  const length = frame.readUInt8(1);
  if (length < 126) return frame.subarray(2);
  return frame.subarray(length === 126 ? 4 : 10);
}

// A message ends with an empty stored block, of which the last four bytes are not sent (RFC 7692, 7.2.1).
const TAIL = 4;
