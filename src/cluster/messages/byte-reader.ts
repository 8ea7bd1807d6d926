// Cluster: reads what a `ByteWriter` has written.

/** Beyond the end it reads zeros and empty texts, and `isCut` is true. */
export class ByteReader {
  readonly #buffer: Buffer;
  #at = 0;
  #isCut = false;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Whether something was read that is not there. */
  get isCut(): boolean {
    return this.#isCut;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#buffer.length;
  }

  byte(): number {
    const value = this.#buffer[this.#at];
    if (value === undefined) this.#isCut = true;
    this.#at += 1;
    return value ?? 0;
  }

  number(): number {
    let [value, unit] = [0, 1];
    for (let byte = this.byte(); ; byte = this.byte()) {
      value += (byte & 127) * unit;
      if (byte < 128) return value;
      unit *= 128;
    }
  }

  text(): string {
    const end = this.#skip(this.number());
    return end === null ? "" : this.#buffer.toString("utf8", end.from, end.to);
  }

  /** Returns a copy. */
  bytes(): Uint8Array {
    const end = this.#skip(this.number());
    return end === null ? new Uint8Array() : new Uint8Array(this.#buffer.subarray(end.from, end.to));
  }

  #skip(length: number): { from: number; to: number } | null {
    const from = this.#at;
    this.#at += length;
    if (this.#at <= this.#buffer.length) return { from, to: this.#at };
    this.#isCut = true;
    return null;
  }
}
