/** Follows the frames that a server sends, in any pieces, and keeps a close frame and the last short message. */
export class FrameScan {
  /** Whole frames so far, by opcode. */
  readonly counts = new Map<number, number>();
  /** The payload of the close frame; null until it is whole. */
  close: Buffer | null = null;
  /** The payload of the last frame with up to 256 bytes. */
  last = Buffer.alloc(0);
  #head = Buffer.alloc(0);
  #opcode = 0;
  #left = 0;
  #isShort = false;
  #payload: Buffer[] = [];

  /** `chunk` starts behind the head of the response. */
  take(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) rest = this.#left > 0 ? this.#takePayload(rest) : this.#takeHead(rest);
  }

  #takeHead(chunk: Buffer): Buffer {
    const bytes = Buffer.concat([this.#head, chunk]);
    const short = bytes.length < 2 ? 0 : bytes.readUInt8(1) & 0x7f;
    const size = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < size) {
      this.#head = bytes;
      return Buffer.alloc(0);
    }
    this.#head = Buffer.alloc(0);
    this.#opcode = bytes.readUInt8(0) & 15;
    this.#left = size === 2 ? short : size === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    this.#isShort = this.#left <= SHORT;
    if (this.#left === 0) this.#end();
    return bytes.subarray(size);
  }

  #takePayload(chunk: Buffer): Buffer {
    const part = chunk.subarray(0, this.#left);
    if (this.#opcode === CLOSE || this.#isShort) this.#payload.push(Buffer.from(part));
    this.#left -= part.length;
    if (this.#left === 0) this.#end();
    return chunk.subarray(part.length);
  }

  #end(): void {
    this.counts.set(this.#opcode, (this.counts.get(this.#opcode) ?? 0) + 1);
    const payload = Buffer.concat(this.#payload.splice(0));
    if (this.#opcode === CLOSE) this.close = payload;
    else if (this.#isShort) this.last = payload;
  }
}

const CLOSE = 8;
const SHORT = 256;
