// Front: compresses frames for clients that agreed on permessage-deflate (RFC 7692).
import { constants, deflateRawSync } from "node:zlib";
import { firstByte, headerSize, isText, writeHeader } from "./frame.ts";
import type { Compress } from "./frame-arena.ts";

/**
 * Compresses frames with a payload of at least `threshold` bytes. Each message is compressed on its own, so that one
 * compressed frame can go to many clients.
 */
export function frameCompressor(threshold: number): Compress {
  return (frame) => {
    const payload = frame.subarray(payloadAt(frame));
    if (payload.length < threshold) return null;
    const deflated = deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH });
    const size = deflated.length - TAIL;
    if (size >= payload.length) return null;
    const header = headerSize(size);
    const compressed = Buffer.allocUnsafeSlow(header + size);
    writeHeader(compressed, 0, firstByte(isText(frame), true), size);
    deflated.copy(compressed, header, 0, size);
    return compressed;
  };
}

// A message ends with an empty stored block, of which the last four bytes are not sent (RFC 7692, 7.2.1).
const TAIL = 4;

function payloadAt(frame: Buffer): number {
  const length = frame.readUInt8(1);
  if (length < 126) return 2;
  return length === 126 ? 4 : 10;
}
