// Front: compresses frames for clients that agreed on permessage-deflate (RFC 7692).
import { constants, deflateRawSync } from "node:zlib";
import { compressedFrame, payloadOf } from "./compressed-frame.ts";
import { CompressionQueue } from "./compression-queue.ts";
import type { LaterFrame } from "./later-frame.ts";

/**
 * Compresses frames with a payload of at least `threshold` bytes; large ones on other threads, because all sockets would
 * wait for it. Each message is compressed on its own, so that one compressed frame can go to many clients.
 */
export function frameCompressor(threshold: number): Compress {
  const queue = new CompressionQueue();
  return (frame) => {
    const payload = payloadOf(frame);
    if (payload.length < threshold) return null;
    if (payload.length >= LATER_FROM) return queue.add(frame);
    return compressedFrame(frame, deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }));
  };
}

/** Returns a message's compressed frame, now or later; null when compression does not pay. */
export type Compress = (frame: Buffer) => Uint8Array | LaterFrame | null;

/** From here on, compressing takes longer than giving the frame to another thread. Such frames have their own memory. */
const LATER_FROM = 32 * 1024;
