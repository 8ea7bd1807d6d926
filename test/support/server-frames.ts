import { constants, inflateRawSync } from "node:zlib";

/** A frame as a server sends it. */
export interface ServerFrame {
  readonly opcode: number;
  readonly isCompressed: boolean;
  readonly payload: Buffer;
}

/** Decodes the bytes of a server, strictly: anything but whole, unmasked, final frames is an error. */
export function decodeFrames(bytes: Buffer): ServerFrame[] {
  const frames: ServerFrame[] = [];
  for (let at = 0; at < bytes.length;) {
    const { frame, end } = decodeOne(bytes, at);
    frames.push(frame);
    at = end;
  }
  return frames;
}

/** A frame as text: a text as it is, bytes as `<hex>`, a close as `close 1000 reason`. */
export function describeFrame({ opcode, payload }: ServerFrame): string {
  if (opcode === 1) return payload.toString();
  if (opcode === 2) return `<${payload.toString("hex")}>`;
  if (opcode === 8) return `close ${payload.readUInt16BE(0)} ${payload.toString("utf8", 2)}`.trimEnd();
  return `opcode ${opcode} ${payload.toString()}`;
}

function decodeOne(bytes: Buffer, at: number): { frame: ServerFrame; end: number } {
  const first = bytes.readUInt8(at);
  const short = bytes.readUInt8(at + 1);
  if ((first & 0xb0) !== 0x80)
    throw new Error(`byte ${at}: ${first.toString(16)} does not start a whole message`);
  if (short > 127) throw new Error(`byte ${at}: a server must not mask`);
  const header = short < 126 ? 2 : short === 126 ? 4 : 10;
  const size =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  const end = at + header + size;
  if (end > bytes.length) throw new Error(`byte ${at}: the frame is cut off`);
  const isCompressed = (first & 0x40) !== 0;
  const body = bytes.subarray(at + header, end);
  return { frame: { opcode: first & 15, isCompressed, payload: isCompressed ? inflate(body) : body }, end };
}

function inflate(body: Buffer): Buffer {
  const ended = Buffer.concat([body, Buffer.from([0, 0, 0xff, 0xff])]);
  return inflateRawSync(ended, { finishFlush: constants.Z_SYNC_FLUSH });
}
