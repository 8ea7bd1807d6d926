// Dialect: a session's attributes, which outlive a crash of the script.
import { messageOf } from "../../../boundary/checks.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import type { DieselContext } from "./context.ts";

/**
 * Sets an attribute; `null` and `undefined` remove it. The host keeps the live value, so that every read returns the
 * same object. The front gets a clone of this moment, which outlives the script.
 */
export function setAttribute(
  context: DieselContext,
  session: HostSession,
  key: string,
  value: unknown,
): void {
  if (session.state === "closed") return;
  const { directory } = context.script;
  if (value === null || value === undefined) directory.removeAttribute(session, key);
  else directory.setAttribute(session, key, value, cloneOf(context, key, value));
}

// A value without a clone stays in the host, and the front forgets the key's earlier value: after a crash, no value is
// better than an old one.
function cloneOf(context: DieselContext, key: string, value: unknown): unknown {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  try {
    const clone: unknown = context.script.platform.clone(value);
    if (isWithin(DEEPEST, clone, new Set())) return clone;
    throw new Error(`it is nested more than ${DEEPEST} levels deep`);
  } catch (error) {
    context.warnOfLoss(key, messageOf(error));
    return undefined;
  }
}

/** A clone that a worker thread can write may be too deep for the front to read: its stack is a quarter as large. */
const DEEPEST = 500;

// In the order in which a clone is written: an object that occurs twice counts at its first occurrence.
function isWithin(levels: number, value: unknown, seen: Set<object>): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || seen.has(value))
    return true;
  if (levels === 0) return false;
  seen.add(value);
  return partsOf(value).every((part) => isWithin(levels - 1, part, seen));
}

function partsOf(value: object): unknown[] {
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Set) return [...value];
  return value instanceof Error ? [value.cause] : Object.values(value);
}
