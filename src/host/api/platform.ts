// Host: what dialects need of the machine and of packages, handed to them because they may import neither.
import type { Clock } from "../../boundary/clock.ts";
import type { StoredValue } from "../../boundary/stored-value.ts";
import type { PlatformFiles } from "./platform-files.ts";
import type { WebPlatform } from "./web-platform.ts";

/** The services of a host that a dialect may use. A dialect has no clock, encoder or file system of its own. */
export interface Platform {
  /** The host's time: virtual in tests. */
  readonly clock: Clock;
  readonly bytes: ByteOperations;
  readonly encodings: TextEncodings;
  readonly files: PlatformFiles;
  readonly web: WebPlatform;
  /**
   * Compiles the body of a function with these parameters, once; `name` is shown in stacks. With a `map`, the places of
   * its faults are those of the map's source. `firstLine`: the number of the body's first line, 1 by default.
   */
  compile(source: {
    readonly text: string;
    readonly name: string;
    readonly parameters: readonly string[];
    readonly map?: string;
    readonly firstLine?: number;
  }): (...args: readonly unknown[]) => unknown;
  /** The value as the front keeps it. Throws, with the reason, for one that cannot be handed over, such as a function. */
  store(value: unknown): StoredValue;
}

/** What is computed from bytes. */
export interface ByteOperations {
  /** To the zlib format (RFC 1950). */
  deflate(bytes: Uint8Array): Uint8Array;
  /** From the zlib format. Throws if the bytes are not of it. */
  inflate(bytes: Uint8Array): Uint8Array;
  /** The 32 bytes of SHA-256 (FIPS 180-4). */
  sha256(bytes: Uint8Array): Uint8Array;
}

/** Text as bytes, and bytes as text. */
export interface TextEncodings {
  /** Whether the encoding is known under this name. */
  has(encoding: string): boolean;
  encode(text: string, encoding: string): Uint8Array;
  /** `isStrict`: null if the bytes are not of this encoding; otherwise U+FFFD replaces such bytes. */
  decode(bytes: Uint8Array, encoding: string, isStrict: boolean): string | null;
  encodeUtf8(text: string): Uint8Array;
  /** Keeps a byte order mark; U+FFFD replaces bytes that are not UTF-8. */
  decodeUtf8(bytes: Uint8Array): string;
  /** The standard alphabet, padded. */
  toBase64(bytes: Uint8Array): string;
  /** As `atob` reads it: white space and missing padding pass; null for any other text. */
  fromBase64(text: string): Uint8Array | null;
}
