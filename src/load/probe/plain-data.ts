import { describe } from "../../boundary/shape.ts";

/** Where a value is no plain data, as `heartbeat.interval`, and what is there; null when it is plain throughout. */
export function notPlain(value: unknown, where = "", above: readonly unknown[] = []): NotPlain | null {
  if (value === undefined || value === null || /^(?:string|number|boolean)$/.test(typeof value)) return null;
  if (typeof value !== "object") return { where, what: describe(value) };
  if (above.includes(value)) return { where, what: "an object that holds itself" };
  if (!Array.isArray(value) && !isPlainObject(value)) return { where, what: describe(value) };
  for (const [key, part] of Object.entries(value)) {
    const found = notPlain(part, where === "" ? key : `${where}.${key}`, [...above, value]);
    if (found !== null) return found;
  }
  return null;
}

/** A place in a value that no thread could be sent, or no file could hold. */
export interface NotPlain {
  readonly where: string;
  readonly what: string;
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
