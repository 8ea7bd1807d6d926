/** What dialects need of the machine and of packages, handed to them because they may import neither. */
export interface Platform {
  /** zlib format (RFC 1950). Throws on bad data. */
  deflate(bytes: Uint8Array): Uint8Array;
  inflate(bytes: Uint8Array): Uint8Array;
  /** Whether the encoding is known under this name. */
  hasEncoding(encoding: string): boolean;
  encode(text: string, encoding: string): Uint8Array;
  /** `isStrict`: null when the bytes are not of this encoding; otherwise U+FFFD stands for what is not. */
  decode(bytes: Uint8Array, encoding: string, isStrict: boolean): string | null;
  /** The media type of a file by its name's ending, with `charset=utf-8` for text; `application/octet-stream` if unknown. */
  mediaTypeOf(name: string): string;
  /** A file of the app, by a path relative to the app's folder; null when there is none or it lies outside. */
  readFile(path: string): Uint8Array | null;
  /** The names in a folder of the app; null when there is none or it lies outside. */
  listFolder(path: string): readonly string[] | null;
  /** Compiles the body of a function with these parameters, once; `name` is what stacks show. */
  compile(source: {
    readonly text: string;
    readonly name: string;
    readonly parameters: readonly string[];
  }): (...args: readonly unknown[]) => unknown;
}
