import { randomBytes } from "node:crypto";

const TEXT = 0x1;
const BINARY = 0x2;

/** The length of the unmasked frame in which a server sends `payloadLength` bytes. */
export function serverFrameLength(payloadLength) {
  if (payloadLength < 126) return payloadLength + 2;
  return payloadLength < 65_536 ? payloadLength + 4 : payloadLength + 10;
}

/** A whole masked client frame; benchmarks send nothing of 64 KiB or more. */
export function clientFrame(payload, { binary = false, opcode = binary ? BINARY : TEXT } = {}) {
  const length = payload.length;
  if (length >= 65_536) throw new RangeError(`A benchmark frame must be under 64 KiB, got ${length}`);
  const head = length < 126 ? [length | 0x80] : [126 | 0x80, length >> 8, length & 0xff];
  const mask = randomBytes(4);
  const masked = Buffer.from(payload);
  for (let at = 0; at < length; at += 1) masked[at] ^= mask[at & 3];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...head]), mask, masked]);
}

/** Splits what a server sends into frames; used where content matters, never while counting. */
export class FrameReader {
  #rest = Buffer.alloc(0);
  #onFrame;

  constructor(onFrame) {
    this.#onFrame = onFrame;
  }

  push(chunk) {
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : Buffer.from(chunk);
    for (let size = this.#next(); size > 0; size = this.#next()) this.#rest = this.#rest.subarray(size);
  }

  /** Reports the first whole frame and returns its size, or 0 when it is not whole yet. */
  #next() {
    const bytes = this.#rest;
    if (bytes.length < 2) return 0;
    const short = bytes[1] & 0x7f;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < head) return 0;
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if (bytes.length < head + length) return 0;
    this.#onFrame(bytes[0] & 0x0f, bytes.subarray(head, head + length));
    return head + length;
  }
}
