// Front: the frame of a binary message as clients of `parlor.v1` get it.
import { payloadOf } from "./compressed-frame.ts";
import { firstByte, headerSize, writeHeader } from "./frame.ts";

/** The frame with a byte 0 before its payload. */
export function prefixedFrame(frame: Buffer): Buffer {
  const payload = payloadOf(frame);
  const header = headerSize(payload.length + 1);
  const prefixed = Buffer.allocUnsafeSlow(header + 1 + payload.length);
  writeHeader(prefixed, 0, firstByte(false, false), payload.length + 1);
  prefixed[header] = 0;
  prefixed.set(payload, header + 1);
  return prefixed;
}
