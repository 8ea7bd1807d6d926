import type { Platform } from "../../../host/api/platform.ts";
import { joined, toBase64, toHex } from "./bytes-text.ts";
import { stringFor } from "../checks.ts";
import { decodeText, encodingFor } from "./encodings.ts";
import { wrongKind } from "../published-class.ts";

const ALGORITHMS = ["lzfse", "lz4", "lzma", "zlib"];

/** Published: bytes. `append`, `replaceSubrange` and `resetBytes` change it in place; what is cut out is a copy. */
export class Data {
  #bytes: Uint8Array;
  readonly #platform: Platform;

  /** The bytes are kept, not copied: they must be nobody else's. */
  constructor(bytes: Uint8Array, platform: Platform) {
    this.#bytes = bytes;
    this.#platform = platform;
  }

  /** The live bytes of what a script handed over; `null` when it is no Data. */
  static read(value: unknown): Uint8Array | null {
    return typeof value === "object" && value !== null && #bytes in value ? value.#bytes : null;
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** The name that the document of WebSocketSession uses. */
  get length(): number {
    return this.#bytes.length;
  }

  /** The name that the document of Archive uses. */
  get count(): number {
    return this.#bytes.length;
  }

  /** Published: `null` when it is empty or cannot be decoded. */
  toRawString(encoding?: unknown): string | null {
    const name = encodingFor("Data.toRawString", encoding, this.#platform);
    return this.#bytes.length === 0 ? null : decodeText(this.#bytes, name, this.#platform);
  }

  /** Published: what cannot be decoded becomes U+FFFD. */
  toDecodedString(encoding?: unknown): string {
    const name = stringFor("Data.toDecodedString", "encoding", encoding ?? "utf8");
    if (name === "ascii") return Array.from(this.#bytes, asciiOf).join("");
    if (name === "utf8" || name === "utf-8") {
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.#bytes);
    }
    throw new TypeError(`Data.toDecodedString takes "utf8" or "ascii" as encoding, got "${name}"`);
  }

  toBase64String(): string {
    return toBase64(this.#bytes);
  }

  toHexString(): string {
    return toHex(this.#bytes);
  }

  /** Published: `null` when it is empty. */
  toUint8Array(): Uint8Array | null {
    return this.#bytes.length === 0 ? null : this.#bytes.slice();
  }

  /** Published as deprecated, for `toUint8Array`. */
  getBytes(): Uint8Array | null {
    return this.toUint8Array();
  }

  toArrayBuffer(): ArrayBuffer {
    return new Uint8Array(this.#bytes).buffer;
  }

  toIntArray(): number[] {
    return [...this.#bytes];
  }

  slice(start?: unknown, end?: unknown): Data {
    const from = start === undefined ? 0 : wholeFor("Data.slice", "start", start);
    const to = end === undefined ? this.size : wholeFor("Data.slice", "end", end);
    return this.#made(this.#bytes.slice(from, to));
  }

  /** What is left after the first `amount` bytes. */
  advanced(amount: unknown): Data {
    const [from] = this.#range("Data.advanced", amount, this.size);
    return this.#made(this.#bytes.slice(from));
  }

  append(other: unknown): void {
    this.#bytes = joined([this.#bytes, bytesFor("Data.append", other)]);
  }

  replaceSubrange(start: unknown, end: unknown, data: unknown): void {
    const [from, to] = this.#range("Data.replaceSubrange", start, end);
    const middle = bytesFor("Data.replaceSubrange", data);
    this.#bytes = joined([this.#bytes.subarray(0, from), middle, this.#bytes.subarray(to)]);
  }

  /** Published: sets the range to zeros. */
  resetBytes(start: unknown, end: unknown): void {
    const [from, to] = this.#range("Data.resetBytes", start, end);
    this.#bytes.fill(0, from, to);
  }

  /** Published: throws when it is empty. */
  compressed(algorithm: unknown): Data {
    this.#refuseAlgorithm("Data.compressed", algorithm);
    return this.#made(this.#platform.deflate(this.#bytes));
  }

  decompressed(algorithm: unknown): Data {
    this.#refuseAlgorithm("Data.decompressed", algorithm);
    try {
      return this.#made(this.#platform.inflate(this.#bytes));
    } catch (error) {
      throw new TypeError("Data.decompressed: the bytes are not what zlib compresses to", { cause: error });
    }
  }

  #made(bytes: Uint8Array): Data {
    return new Data(bytes, this.#platform);
  }

  #refuseAlgorithm(call: string, algorithm: unknown): void {
    const name = stringFor(call, "algorithm", algorithm);
    if (!ALGORITHMS.includes(name)) {
      throw new TypeError(`${call} takes "zlib" as algorithm, got "${name}"`);
    }
    if (name !== "zlib") throw new TypeError(`${call} cannot do "${name}" here; use "zlib"`);
    if (this.size === 0) throw new TypeError(`${call}: the data is empty`);
  }

  // Also the range in which the first is not after the second.
  #range(call: string, start: unknown, end: unknown): [number, number] {
    const from = wholeFor(call, "start", start);
    const to = wholeFor(call, "end", end);
    if (from >= 0 && from <= to && to <= this.size) return [from, to];
    throw new RangeError(`${call}: ${from} to ${to} is not within the data, which has ${this.size} bytes`);
  }
}

/** The bytes of a Data, or of what JavaScript has for them; a copy unless they are a Data's own. */
export function bytesFor(call: string, value: unknown): Uint8Array {
  const bytes = Data.read(value);
  if (bytes !== null) return bytes;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Object.prototype.toString.call(value) === "[object ArrayBuffer]") {
    return new Uint8Array((value as ArrayBuffer).slice(0));
  }
  throw wrongKind(call, "Data", value, remedyFor(value));
}

function remedyFor(value: unknown): string {
  if (value === null)
    return "Data.fromRawString answers null for a text that is empty or has no such encoding";
  return typeof value === "string" ? "did you mean Data.fromRawString(text)?" : "";
}

function wholeFor(call: string, what: string, value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value)) return value;
  throw wrongKind(call, `a whole number as ${what}`, value);
}

function asciiOf(byte: number): string {
  return byte < 0x80 ? String.fromCharCode(byte) : "\ufffd";
}
