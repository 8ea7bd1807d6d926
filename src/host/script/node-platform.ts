// Host: the services of Node and of packages that dialects may use.
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { isAbsolute, join, relative } from "node:path";
import type * as nodeZlib from "node:zlib";
import type iconv from "iconv-lite";
import type * as mimeTypes from "mime-types";
import type { Clock } from "../../boundary/clock.ts";
import type { Platform, TextEncodings } from "../api/platform.ts";
import { storedValue } from "../bytes/packed-values.ts";
import { compileFunction } from "./compile-function.ts";
import { nodeWeb } from "./node-web.ts";

/** More than this would be a bomb: no script's data is that large. */
const INFLATED_LIMIT = 256 * 1024 * 1024;

const load = createRequire(import.meta.url);

// Loaded at the first use: most scripts need neither, and a thread that starts must not wait for them.
const zlib = (): typeof nodeZlib => load("node:zlib") as typeof nodeZlib;
const encodings = (): typeof iconv => load("iconv-lite") as typeof iconv;

/** The services of Node and of packages for the dialects of a host whose app is in this folder. */
export function nodePlatform(root: string | null, clock: Clock): Platform {
  return {
    clock,
    zlib: {
      deflate: (bytes) => new Uint8Array(zlib().deflateSync(bytes)),
      inflate: (bytes) => new Uint8Array(zlib().inflateSync(bytes, { maxOutputLength: INFLATED_LIMIT })),
    },
    encodings: ENCODINGS,
    files: {
      read: (path) => within(root, path, (file) => new Uint8Array(readFileSync(file))),
      list: (path) => within(root, path, (folder) => readdirSync(folder)),
      mediaTypeOf,
    },
    web: nodeWeb,
    compile: ({ text, name, parameters }) => compileFunction({ body: text, name, parameters }),
    store: storedValue,
  };
}

// Without a charset for JSON: it has none but UTF-8 (RFC 8259).
function mediaTypeOf(name: string): string {
  const type = (load("mime-types") as typeof mimeTypes).lookup(name);
  if (type === false) return "application/octet-stream";
  return type.startsWith("text/") ? `${type}; charset=utf-8` : type;
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

// Symbolic links are followed before the look at where the path leads.
function within<T>(root: string | null, path: string, read: (real: string) => T): T | null {
  if (root === null) return null;
  try {
    const real = realpathSync(join(root, path));
    const below = relative(root, real);
    if (below.startsWith("..") || isAbsolute(below)) return null;
    return read(real);
  } catch {
    return null;
  }
}
