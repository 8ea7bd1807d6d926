// Dialect: the functions of the published global `Data`.
import { wrongKind } from "../common/checks.ts";
import type { Platform } from "../../../host/api/platform.ts";
import { fromHex, fromStrictBase64, joined } from "./bytes-text.ts";
import { stringFor } from "../../../boundary/checks.ts";
import { bytesFor, Data } from "./data.ts";
import { encodeText, encodingFor } from "./encodings.ts";
import { fileOrNull } from "../common/file-or-null.ts";
import { published } from "../common/published-class.ts";

/** The functions of the global, for a program on this platform. */
class DataMakers {
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Published: `null` "if the string is empty or cannot be converted". */
  fromText(call: string, text: unknown, encoding: unknown): Data | null {
    const value = stringFor(call, "text", text);
    const name = encodingFor(call, encoding, this.#platform.encodings);
    return this.filled(value === "" ? null : encodeText(value, name, this.#platform.encodings));
  }

  fromBase64(text: string): Data | null {
    return this.filled(fromStrictBase64(this.#platform.encodings, text));
  }

  readonly fromIntArray = (numbers: unknown): Data => {
    const call = "Data.fromIntArray";
    if (!Array.isArray(numbers)) throw wrongKind(call, "an array of numbers", numbers);
    const wrong: unknown = numbers.find((number: unknown) => !isByte(number));
    if (wrong !== undefined) throw wrongKind(call, "numbers from 0 to 255", wrong);
    return this.made(Uint8Array.from(numbers as number[]));
  };

  readonly combine = (parts: unknown): Data => {
    if (!Array.isArray(parts)) throw wrongKind("Data.combine", "an array of Data", parts);
    return this.made(joined(parts.map((part: unknown) => bytesFor("Data.combine", part))));
  };

  fromBytes(call: string, kind: string, value: unknown): Data | null {
    if (Object.prototype.toString.call(value) !== `[object ${kind}]`)
      throw wrongKind(call, `a ${kind}`, value);
    return this.filled(new Uint8Array(value as ArrayBuffer).slice());
  }

  /** A path is relative to the app's folder. */
  readonly fromFile = (path: unknown): Data | null => {
    const file = stringFor("Data.fromFile", "path", path);
    const bytes = fileOrNull(() => this.#platform.files.read(file));
    return bytes === null ? null : this.made(bytes);
  };

  /** `null` for no bytes, and for a conversion that failed. */
  filled(bytes: Uint8Array | null): Data | null {
    return bytes === null || bytes.length === 0 ? null : this.made(bytes);
  }

  made(bytes: Uint8Array): Data {
    return new Data(bytes, this.#platform);
  }
}

/** The global `Data`. */
export function dataGlobal(platform: Platform): object {
  const makers = new DataMakers(platform);
  return published("Data", Data, {
    fromRawString: (text: unknown, encoding?: unknown) =>
      makers.fromText("Data.fromRawString", text, encoding),
    fromString: (text: unknown, encoding?: unknown) => makers.fromText("Data.fromString", text, encoding),
    fromBase64String: (text: unknown) => makers.fromBase64(stringFor("Data.fromBase64String", "text", text)),
    fromHexString: (text: unknown) => makers.filled(fromHex(stringFor("Data.fromHexString", "text", text))),
    fromUint8Array: (array: unknown) => makers.fromBytes("Data.fromUint8Array", "Uint8Array", array),
    fromArrayBuffer: (buffer: unknown) => makers.fromBytes("Data.fromArrayBuffer", "ArrayBuffer", buffer),
    fromIntArray: makers.fromIntArray,
    combine: makers.combine,
    fromFile: makers.fromFile,
    fromJPEG: () => refuseImage("Data.fromJPEG"),
    fromPNG: () => refuseImage("Data.fromPNG"),
  });
}

function refuseImage(call: string): never {
  throw new TypeError(`${call} is not supported on a server, which has no images; use Data.fromFile(path)`);
}

function isByte(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 255;
}
