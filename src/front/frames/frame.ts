// Front: the header of WebSocket frames from the server (RFC 6455, 5.2).
const FIN = 0x80;
const RSV1 = 0x40;
const TEXT = 1;
const BINARY = 2;

/** Whether the first frame of a message is of a text. */
export function isText(frame: Buffer): boolean {
  return (frame.readUInt8(0) & 0x0f) === TEXT;
}

/** Whether the message of a frame is compressed. */
export function isCompressed(frame: Buffer): boolean {
  return (frame.readUInt8(0) & RSV1) !== 0;
}

/** The first byte of a message that is one frame. */
export function firstByte(ofText: boolean, compressed: boolean): number {
  return FIN | (compressed ? RSV1 : 0) | (ofText ? TEXT : BINARY);
}

/** Where the frame that begins at `at` ends. */
export function frameEnd(frame: Buffer, at: number): number {
  const length = frame.readUInt8(at + 1);
  if (length < 126) return at + 2 + length;
  if (length === 126) return at + 4 + frame.readUInt16BE(at + 2);
  return at + 10 + frame.readUInt32BE(at + 2) * 2 ** 32 + frame.readUInt32BE(at + 6);
}

/** Bytes before the payload; frames from the server have no mask. */
export function headerSize(payloadSize: number): number {
  if (payloadSize < 126) return 2;
  return payloadSize < 65_536 ? 4 : 10;
}

/** Writes a header of `headerSize(payloadSize)` bytes. */
export function writeHeader(into: Buffer, at: number, first: number, payloadSize: number): void {
  into[at] = first;
  if (payloadSize < 126) {
    into[at + 1] = payloadSize;
  } else if (payloadSize < 65_536) {
    into[at + 1] = 126;
    into.writeUInt16BE(payloadSize, at + 2);
  } else {
    into[at + 1] = 127;
    into.writeUInt32BE(Math.floor(payloadSize / 2 ** 32), at + 2);
    into.writeUInt32BE(payloadSize >>> 0, at + 6);
  }
}
