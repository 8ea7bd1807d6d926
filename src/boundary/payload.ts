// Boundary: the data of a message, and the conversion from what a script passes to a sending call.

/** What a message carries: text, or bytes of exactly their own length. */
export type Payload = string | Uint8Array;

/**
 * Turns what a script handed to a sending call into a payload, or throws a TypeError that names the call.
 * Bytes are copied: a pooled Buffer of 2 bytes would otherwise carry 8 KiB of foreign data along.
 */
export function toPayload(call: string, value: unknown): Payload {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (isArrayBuffer(value)) return new Uint8Array(value.slice(0));
  throw new TypeError(`${call} takes a string or bytes, got ${describePayload(value)}; ${remedy(value)}`);
}

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

function remedy(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint") return "did you mean String(value)?";
  return "did you mean JSON.stringify(value)?";
}

// By its tag, because a script's ArrayBuffer may come from another realm.
function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}
