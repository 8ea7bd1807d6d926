// Boundary: finds the part of a value that is not plain data.
import { describe } from "./describe.ts";

/** The first part of a value that is not plain data, for example `heartbeat.interval`; null when all of it is. */
export function notPlain(value: unknown, where = "", above: readonly unknown[] = []): NotPlain | null {
  if (value === undefined || value === null || /^(?:string|number|boolean)$/.test(typeof value)) return null;
  if (typeof value !== "object") return { where, what: describe(value) };
  if (above.includes(value)) return { where, what: "an object that contains itself" };
  if (above.length >= DEEPEST) return { where: where.slice(0, LONGEST), what: "nested too deeply" };
  if (!Array.isArray(value) && !isPlainObject(value)) return { where, what: describe(value) };
  for (const [key, part] of Object.entries(value)) {
    const found = notPlain(part, where === "" ? key : `${where}.${key}`, [...above, value]);
    if (found !== null) return found;
  }
  return null;
}

/** A part of a value that cannot be sent to a thread or written to a file. */
export interface NotPlain {
  readonly where: string;
  readonly what: string;
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const DEEPEST = 64;
const LONGEST = 80;
