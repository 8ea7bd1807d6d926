// Host: the services of Node and of packages that dialects may use.
import type * as nodeCrypto from "node:crypto";
import { createRequire } from "node:module";
import type * as nodeZlib from "node:zlib";
import type iconv from "iconv-lite";
import type { Clock } from "../../boundary/clock.ts";
import type { Platform, TextEncodings } from "../api/platform.ts";
import { storedValue } from "../bytes/packed-values.ts";
import { AllowedFolders } from "./files/allowed-folders.ts";
import { CompiledMaps } from "./compiled-maps.ts";
import { compileUnknown } from "./compile-function.ts";
import { NodeFiles } from "./files/node-files.ts";
import { nodeWeb } from "./node-web.ts";

/** More than this would be a bomb: no script's data is that large. */
const INFLATED_LIMIT = 256 * 1024 * 1024;

const load = createRequire(import.meta.url);

// Loaded at the first use: most scripts need neither, and a thread that starts must not wait for them.
const zlib = (): typeof nodeZlib => load("node:zlib") as typeof nodeZlib;
const crypto = (): typeof nodeCrypto => load("node:crypto") as typeof nodeCrypto;
const encodings = (): typeof iconv => load("iconv-lite") as typeof iconv;

/**
 * The services of Node and of packages for the dialects of a host whose app is in this folder; `folders` it may use, too.
 * `maps` takes the source maps of what a dialect compiles, by the names in stacks.
 */
export function nodePlatform(
  root: string | null,
  clock: Clock,
  folders: readonly string[] = [],
  maps = new CompiledMaps(),
): Platform {
  return {
    clock,
    bytes: {
      deflate: (bytes) => new Uint8Array(zlib().deflateSync(bytes)),
      inflate: (bytes) => new Uint8Array(zlib().inflateSync(bytes, { maxOutputLength: INFLATED_LIMIT })),
      sha256: (bytes) => new Uint8Array(crypto().createHash("sha256").update(bytes).digest()),
    },
    encodings: ENCODINGS,
    files: new NodeFiles(new AllowedFolders(root, folders)),
    web: nodeWeb,
    compile: ({ map, ...source }) => {
      const compiled = compileUnknown(source);
      maps.set(source.name, map);
      return compiled;
    },
    store: storedValue,
  };
}

const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

const ENCODINGS: TextEncodings = {
  has: (encoding) => encodings().encodingExists(encoding),
  encode: (text, encoding) => new Uint8Array(encodings().encode(text, encoding)),
  decode: (bytes, encoding, isStrict) =>
    encoding === "utf-8" && isStrict ? strictUtf8(bytes) : decode(bytes, encoding, isStrict),
  encodeUtf8: (text) => new TextEncoder().encode(text),
  decodeUtf8: (bytes) => UTF8.decode(bytes),
  toBase64: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
  fromBase64,
};

function strictUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function fromBase64(text: string): Uint8Array | null {
  try {
    return new Uint8Array(Buffer.from(atob(text), "latin1"));
  } catch {
    return null;
  }
}

// Bytes that do not come back the same were not of this encoding.
function decode(bytes: Uint8Array, encoding: string, isStrict: boolean): string | null {
  const text = encodings().decode(Buffer.from(bytes), encoding, { stripBOM: false });
  if (!isStrict) return text;
  return Buffer.from(encodings().encode(text, encoding)).equals(bytes) ? text : null;
}
