// Front: limits the size of each frame that a session's socket receives; `ws` limits whole messages only.
/** Reads the heads of frames in what a socket receives, and reports the first frame whose payload is too long. */
export class FrameLimit {
  readonly #limit: number;
  readonly #onTooLong: () => void;
  /** The head of the frame that has begun. */
  readonly #head = new DataView(new ArrayBuffer(MOST_HEAD_BYTES));
  #headBytes = 0;
  /** Bytes of the frame's payload that have not arrived. */
  #left = 0;
  #isOver = false;

  /** `limit`: bytes of a payload. `onTooLong` is called once. */
  constructor(limit: number, onTooLong: () => void) {
    this.#limit = limit;
    this.#onTooLong = onTooLong;
  }

  /** Takes what the socket has received, in any pieces. */
  readonly take = (chunk: Uint8Array): void => {
    let at = 0;
    while (at < chunk.length && !this.#isOver) {
      if (this.#left === 0) this.#takeHead(chunk[at++] ?? 0);
      else {
        const skipped = Math.min(this.#left, chunk.length - at);
        this.#left -= skipped;
        at += skipped;
      }
    }
  };

  #takeHead(byte: number): void {
    this.#head.setUint8(this.#headBytes, byte);
    this.#headBytes += 1;
    if (this.#headBytes < 2) return;
    const second = this.#head.getUint8(1);
    const code = second & LENGTH_BITS;
    const lengthBytes = code === TWO_BYTES ? 2 : code === EIGHT_BYTES ? 8 : 0;
    const maskBytes = (second & MASK_BIT) === 0 ? 0 : 4;
    if (this.#headBytes < 2 + lengthBytes + maskBytes) return;
    this.#startPayload(lengthBytes === 0 ? code : this.#longLength(lengthBytes));
  }

  #startPayload(length: number): void {
    this.#headBytes = 0;
    this.#left = length;
    if (length <= this.#limit) return;
    this.#isOver = true;
    this.#onTooLong();
  }

  #longLength(bytes: number): number {
    return bytes === 2 ? this.#head.getUint16(2) : Number(this.#head.getBigUint64(2));
  }
}

/** Two bytes, a length of eight and a mask of four (RFC 6455, 5.2). */
const MOST_HEAD_BYTES = 14;
const MASK_BIT = 0x80;
const LENGTH_BITS = 0x7f;
/** Values of the length that announce a longer one. */
const TWO_BYTES = 126;
const EIGHT_BYTES = 127;
