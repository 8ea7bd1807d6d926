// Boundary: how many bytes a value counts for in a bound, whatever its shape.

/** A value that crosses the boundary: plain data, so reading it runs no code of the script. Cheap and close. */
export function valueSize(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return PRIMITIVE;
  return objectSize(value, new Set());
}

function objectSize(value: object, seen: Set<object>): number {
  if (seen.has(value)) return PRIMITIVE;
  seen.add(value);
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  let size = PRIMITIVE;
  for (const part of partsOf(value)) {
    if (typeof part === "string") size += PRIMITIVE + part.length;
    else size += typeof part === "object" && part !== null ? objectSize(part, seen) : PRIMITIVE;
  }
  return size;
}

function partsOf(value: object): unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value].flat();
  return value instanceof Set ? [...value] : Object.entries(value).flat();
}

/** What a number, a key's place or an object itself counts for. */
const PRIMITIVE = 8;
