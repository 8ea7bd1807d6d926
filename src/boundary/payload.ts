// Boundary: the data of a message, and the conversion from what a script passes to a sending call.

/** What a message carries: text, or bytes of exactly their own length. */
export type Payload = string | Uint8Array;

/**
 * Turns what a script handed to a sending call into a payload, or throws a TypeError that names the call.
 * Bytes are copied: a pooled Buffer of 2 bytes would otherwise carry 8 KiB of foreign data along.
 */
export function toPayload(call: string, value: unknown): Payload {
  if (typeof value === "string") return value;
  const bytes = copiedBytes(value);
  if (bytes !== null) return bytes;
  throw new TypeError(`${call} takes a string or bytes, got ${describePayload(value)}; ${remedyFor(value)}`);
}

/** A copy of the bytes of a view of any kind, of an ArrayBuffer or a SharedArrayBuffer; null for other values. */
export function copiedBytes(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  // A script's values may come from another realm, so their class is not asked for.
  if (ArrayBuffer.isView(value))
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
  return BUFFERS.has(tagOf(value)) ? new Uint8Array(value as ArrayBuffer).slice() : null;
}

const BUFFERS: ReadonlySet<string> = new Set(["ArrayBuffer", "SharedArrayBuffer"]);

/** The number of bytes that a payload counts for in a bound (a text counts its UTF-16 length: cheap and close). */
export function sizeOf(data: Payload): number {
  return data.length;
}

/** Says in a word or two what a value is, for error texts. */
export function describePayload(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object") return `a ${typeof value}`;
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === "string" && name !== "Object" && name !== "" ? `a ${name}` : "an object";
}

/** What a script may have meant by a value that is neither text nor bytes. `json`: the call that makes JSON. */
export function remedyFor(value: unknown, json = "JSON.stringify"): string {
  if (value === undefined || value === null) return "check where the value should have been set";
  if (typeof value === "function") return "did you mean to call it?";
  if (typeof value === "symbol") return "did you mean value.description?";
  if (typeof value !== "object") return "did you mean String(value)?";
  return objectRemedy(value, json) ?? `did you mean ${json}(value)?`;
}

// JSON has nothing of what these values hold.
function objectRemedy(value: object, json: string): string | null {
  if ("then" in value) return "did you forget await?";
  if (/^(?:Blob|File)$/.test(tagOf(value))) return "did you mean await value.arrayBuffer()?";
  if (/^(?:Map|Set)$/.test(tagOf(value))) return `did you mean ${json}([...value])?`;
  if (Symbol.asyncIterator in value) return "read it, and send its parts";
  return TEXTS.has(tagOf(value)) ? "did you mean String(value)?" : null;
}

const TEXTS: ReadonlySet<string> = new Set(["Error", "RegExp", "URL", "URLSearchParams", "String", "Number"]);

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
