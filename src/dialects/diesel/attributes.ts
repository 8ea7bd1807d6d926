import type { HostSession } from "../../host/api/host-session.ts";
import type { DieselContext } from "./context.ts";

/**
 * The host keeps the live value, so that it has the same identity at every read; the front is told a clone of this
 * moment, which outlives the script. `null` and `undefined` remove.
 */
export function setAttribute(
  context: DieselContext,
  session: HostSession,
  key: string,
  value: unknown,
): void {
  if (session.state === "closed") return;
  const { commands } = context.script;
  if (value === null || value === undefined) {
    if (session.attributes?.delete(key) === true) commands.setAttribute(session.ref, key, undefined);
    return;
  }
  (session.attributes ??= new Map()).set(key, value);
  commands.setAttribute(session.ref, key, cloneOf(context, key, value));
}

// What cannot be cloned stays in the host, and the front forgets the key's earlier value: after a crash none is better
// than an old one.
function cloneOf(context: DieselContext, key: string, value: unknown): unknown {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  try {
    const clone: unknown = structuredClone(value);
    if (isWithin(DEEPEST, clone, new Set())) return clone;
    throw new Error(`it is nested more than ${DEEPEST} levels deep`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.warnOnce(key, `attribute ${JSON.stringify(key)} will not survive a crash of the script: ${why}`);
    return undefined;
  }
}

/** What a thread can clone may be too deep for another one to read: the front's stack is a quarter of a worker's. */
const DEEPEST = 500;

// In the order in which a clone is written: the depth of what is met twice is that of its first meeting.
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
