// Front: frames that were compressed for one connection, for a later one that does not understand compression.
import { constants, inflateRawSync } from "node:zlib";
import { payloadOf } from "../frames/compressed-frame.ts";
import { firstByte, frameEnd, headerSize, isCompressed, isText, writeHeader } from "../frames/frame.ts";

/** The same messages without compression. */
export function inflatedFrames(bytes: Buffer): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = frameEnd(bytes, at);
    const frame = bytes.subarray(at, end);
    frames.push(isCompressed(frame) ? inflated(frame) : frame);
    at = end;
  }
  return Buffer.concat(frames);
}

function inflated(frame: Buffer): Buffer {
  const { Z_SYNC_FLUSH: finishFlush } = constants;
  const payload = inflateRawSync(Buffer.concat([payloadOf(frame), TAIL]), { finishFlush });
  const header = headerSize(payload.length);
  const plain = Buffer.allocUnsafeSlow(header + payload.length);
  writeHeader(plain, 0, firstByte(isText(frame), false), payload.length);
  plain.set(payload, header);
  return plain;
}

/** The empty block at the end of a message that is not sent (RFC 7692, 7.2.1). */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
