import { describe, expect, it } from "vitest";
import { FrameLimit } from "../../../src/front/websocket/frame-limit.ts";

/** A frame of a client, masked with zeros, or of a server. */
function frame(length: number, isMasked = true): Buffer {
  const bit = isMasked ? 0x80 : 0;
  const size = Buffer.alloc(length < 126 ? 1 : length < 65_536 ? 3 : 9);
  size[0] = bit | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (size.length === 3) size.writeUInt16BE(length, 1);
  if (size.length === 9) size.writeBigUInt64BE(BigInt(length), 1);
  return Buffer.concat([Buffer.from([0x82]), size, Buffer.alloc((isMasked ? 4 : 0) + length, 0xff)]);
}

/** How often a limit of 70,000 bytes reports these bytes, given in pieces of this size. */
function reports(bytes: Buffer, piece = bytes.length): number {
  let count = 0;
  const limit = new FrameLimit(70_000, () => (count += 1));
  for (let at = 0; at < bytes.length; at += piece) limit.take(bytes.subarray(at, at + piece));
  return count;
}

describe("a limit of frames", () => {
  const within = Buffer.concat([0, 1, 125, 126, 65_535, 65_536, 70_000, 5].map((length) => frame(length)));

  it.each([1, 2, 3, 13, 1000, within.length])(
    "lets frames pass that are within it, in pieces of %d",
    (piece) => {
      expect(reports(within, piece)).toBe(0);
    },
  );

  it.each([1, 2, 3, 13, 1000, within.length])(
    "reports the first that is longer, once, in pieces of %d",
    (piece) => {
      const bytes = Buffer.concat([within, frame(70_001), frame(80_000)]);
      expect(reports(bytes, piece)).toBe(1);
    },
  );

  it("knows frames without a mask, and lengths beyond the safe integers", () => {
    expect(reports(Buffer.concat([frame(3, false), frame(70_000, false), frame(70_001, false)]))).toBe(1);
    const huge = Buffer.concat([Buffer.from([0x82, 0xff]), Buffer.alloc(8, 0xff), Buffer.alloc(4)]);
    expect(reports(huge)).toBe(1);
  });
});
