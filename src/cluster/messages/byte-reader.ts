// Cluster: reads what a `ByteWriter` has written.
import { isUtf8 } from "node:buffer";

/** Where a value is missing, or is neither a number nor a text, it reads zeros and empty texts, and `isBroken` is true. */
export class ByteReader {
  readonly #buffer: Buffer;
  #at = 0;
  #isBroken = false;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Whether something was read that is not there, or not what it should be. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** The value that was read is malformed. */
  refuse(): void {
    this.#isBroken = true;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#buffer.length;
  }

  byte(): number {
    const value = this.#buffer[this.#at];
    if (value === undefined) this.#isBroken = true;
    this.#at += 1;
    return value ?? 0;
  }

  number(): number {
    let [value, unit] = [0, 1];
    for (let byte = this.byte(); ; byte = this.byte()) {
      value += (byte & 127) * unit;
      if (value > Number.MAX_SAFE_INTEGER) return this.#broken(0);
      if (byte < 128) return value;
      unit *= 128;
    }
  }

  text(): string {
    const end = this.#skip(this.number());
    if (end === null) return "";
    const text = this.#buffer.toString("utf8", end.from, end.to);
    // It stands for bytes that are not UTF-8, and for itself.
    if (!text.includes("\uFFFD") || isUtf8(this.#buffer.subarray(end.from, end.to))) return text;
    return this.#broken("");
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
    return this.#broken(null);
  }

  #broken<T>(value: T): T {
    this.#isBroken = true;
    return value;
  }
}
