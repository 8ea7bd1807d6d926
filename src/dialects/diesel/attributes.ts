import type { HostSession } from "../../core/host-session.ts";
import type { Wires } from "./wires.ts";

/**
 * The host keeps the live value, so that it has the same identity at every read; the front is told a clone of this
 * moment, which outlives the script. `null` and `undefined` remove.
 */
export function setAttribute(wires: Wires, session: HostSession, key: string, value: unknown): void {
  if (session.state === "closed") return;
  const { commands } = wires.side;
  if (value === null || value === undefined) {
    if (session.attributes?.delete(key) === true) commands.setAttribute(session.ref, key, undefined);
    return;
  }
  (session.attributes ??= new Map()).set(key, value);
  commands.setAttribute(session.ref, key, cloneOf(wires, key, value));
}

// What cannot be cloned stays in the host, and the front forgets the key's earlier value: after a crash none is better
// than an old one.
function cloneOf(wires: Wires, key: string, value: unknown): unknown {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  try {
    return structuredClone(value);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    wires.warnOnce(key, `attribute ${JSON.stringify(key)} will not survive a crash of the script: ${why}`);
    return undefined;
  }
}
