// Dialect: the published `Data`: bytes.
import { wrongKind } from "../common/checks.ts";
import { copiedBytes } from "../../../boundary/payload.ts";
import type { Platform } from "../../../host/api/platform.ts";
import { joined, toHex } from "./bytes-text.ts";
import { stringFor } from "../../../boundary/checks.ts";
import { decodeText, encodingFor } from "./encodings.ts";

/** Published: `append`, `replaceSubrange` and `resetBytes` change it in place; `slice` and `advanced` copy. */
export class Data {
  #bytes: Uint8Array;
  readonly #platform: Platform;

  /** Keeps the bytes without a copy: the caller must not use them afterwards. */
  constructor(bytes: Uint8Array, platform: Platform) {
    this.#bytes = bytes;
    this.#platform = platform;
  }

  /** The live bytes of a Data; `null` for any other value. */
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
    const name = encodingFor("Data.toRawString", encoding, this.#platform.encodings);
    return this.#bytes.length === 0 ? null : decodeText(this.#bytes, name, this.#platform.encodings);
  }

  /** Published: U+FFFD replaces bytes that cannot be decoded. */
  toDecodedString(encoding?: unknown): string {
    const name = stringFor("Data.toDecodedString", "encoding", encoding ?? "utf8");
    if (name === "ascii") return Array.from(this.#bytes, asciiOf).join("");
    if (name === "utf8" || name === "utf-8") {
      return this.#platform.encodings.decodeUtf8(this.#bytes);
    }
    throw new TypeError(`Data.toDecodedString takes "utf8" or "ascii" as encoding, got "${name}"`);
  }

  toBase64String(): string {
    return this.#platform.encodings.toBase64(this.#bytes);
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

  /** The bytes after the first `amount`. */
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
    return this.#made(this.#platform.bytes.deflate(this.#bytes));
  }

  decompressed(algorithm: unknown): Data {
    this.#refuseAlgorithm("Data.decompressed", algorithm);
    try {
      return this.#made(this.#platform.bytes.inflate(this.#bytes));
    } catch (error) {
      throw new TypeError("Data.decompressed: the bytes are not in zlib format", { cause: error });
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
    if (name !== "zlib") throw new TypeError(`${call} does not support "${name}"; use "zlib"`);
    if (this.size === 0) throw new TypeError(`${call}: the data is empty`);
  }

  // The range from start to end; throws a RangeError if it is not within the data.
  #range(call: string, start: unknown, end: unknown): [number, number] {
    const from = wholeFor(call, "start", start);
    const to = wholeFor(call, "end", end);
    if (from >= 0 && from <= to && to <= this.size) return [from, to];
    throw new RangeError(`${call}: ${from} to ${to} is not within the data, which has ${this.size} bytes`);
  }
}

/** The bytes of a Data (not copied), or of a view or an ArrayBuffer (copied). */
export function bytesFor(call: string, value: unknown): Uint8Array {
  const bytes = Data.read(value) ?? copiedBytes(value);
  if (bytes !== null) return bytes;
  throw wrongKind(call, "Data", value, remedyFor(value));
}

const ALGORITHMS = ["lzfse", "lz4", "lzma", "zlib"];

function remedyFor(value: unknown): string {
  if (value === null) return "Data.fromRawString returns null for a text that is empty or cannot be encoded";
  return typeof value === "string" ? "did you mean Data.fromRawString(text)?" : "";
}

function wholeFor(call: string, what: string, value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value)) return value;
  throw wrongKind(call, `a whole number as ${what}`, value);
}

function asciiOf(byte: number): string {
  return byte < 0x80 ? String.fromCharCode(byte) : "\ufffd";
}
