import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { isAbsolute, join, relative } from "node:path";
import { Script } from "node:vm";
import { deflateSync, inflateSync } from "node:zlib";
import type iconv from "iconv-lite";
import type * as mimeTypes from "mime-types";
import type { Platform } from "../api/platform.ts";

/** More than this would be a bomb: no script's data is that large. */
const INFLATED_LIMIT = 256 * 1024 * 1024;

const load = createRequire(import.meta.url);

// Most scripts want none of its tables, and a thread that starts must not wait for them.
const encodings = (): typeof iconv => load("iconv-lite") as typeof iconv;

/** What dialects need of Node and of packages, for an app in this folder. */
export function platformFor(root: string | null): Platform {
  return {
    deflate: (bytes) => new Uint8Array(deflateSync(bytes)),
    inflate: (bytes) => new Uint8Array(inflateSync(bytes, { maxOutputLength: INFLATED_LIMIT })),
    hasEncoding: (encoding) => encodings().encodingExists(encoding),
    encode: (text, encoding) => new Uint8Array(encodings().encode(text, encoding)),
    decode,
    mediaTypeOf,
    readFile: (path) => within(root, path, (file) => new Uint8Array(readFileSync(file))),
    listFolder: (path) => within(root, path, (folder) => readdirSync(folder)),
    compile,
  };
}

// Without a charset for JSON: it has none but UTF-8 (RFC 8259).
function mediaTypeOf(name: string): string {
  const type = (load("mime-types") as typeof mimeTypes).lookup(name);
  if (type === false) return "application/octet-stream";
  return type.startsWith("text/") ? `${type}; charset=utf-8` : type;
}

// What does not come back the same was not of this encoding.
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

function compile({
  text,
  name,
  parameters,
}: Parameters<Platform["compile"]>[0]): ReturnType<Platform["compile"]> {
  const code = `(function (${parameters.join(", ")}) {\n${text}\n})`;
  // The added first line is line 0, so that the code's own lines keep their numbers.
  return new Script(code, { filename: name, lineOffset: -1 }).runInThisContext() as ReturnType<
    Platform["compile"]
  >;
}
