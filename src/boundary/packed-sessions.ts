// Boundary: the states of many sessions as bytes, packed by one host and unpacked by the next.
import { Deserializer, Serializer } from "node:v8";
import { messageOf } from "./checks.ts";
import type { PackedSessions, SessionHandover } from "./handover.ts";

/** Collects what a version leaves of its sessions; most leave nothing that the front does not know. */
export class SessionPacker {
  readonly #saved: unknown[] = [];
  readonly #attributes: unknown[] = [];

  add(session: number, attributes: Iterable<readonly [string, unknown]>, saved: unknown): void {
    if (saved !== undefined) this.#saved.push(session, saved);
    for (const [key, value] of attributes) if (isMutable(value)) this.#attributes.push(session, key, value);
  }

  /** How many values it holds. */
  get size(): number {
    return this.#saved.length + this.#attributes.length;
  }

  /**
   * As bytes. An attribute that cannot be cloned stays behind, as at a crash.
   *
   * @throws Error when a saved state cannot be cloned: one line that says what is in it.
   */
  pack(): PackedSessions {
    return { saved: packSaved(this.#saved), attributes: packAttributes(this.#attributes) };
  }
}

/** What is left of one session. */
export function packSession({ session, attributes, saved }: SessionHandover): PackedSessions {
  const collection = new SessionPacker();
  collection.add(session, attributes, saved);
  return collection.pack();
}

/** Only objects can change after they were set. */
export function isMutable(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

export function forEachSaved(
  { saved }: PackedSessions,
  visit: (session: number, value: unknown) => void,
): void {
  const flat = unpack(saved);
  for (let at = 0; at < flat.length; at += 2) visit(flat[at] as number, flat[at + 1]);
}

export function forEachAttribute(
  { attributes }: PackedSessions,
  visit: (session: number, key: string, value: unknown) => void,
): void {
  const flat = unpack(attributes);
  for (let at = 0; at < flat.length; at += 3) visit(flat[at] as number, flat[at + 1] as string, flat[at + 2]);
}

/** Why a value cannot be handed over, in one line; null when it can. */
export function uncloneable(value: unknown): string | null {
  try {
    serialize(value);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function packSaved(flat: readonly unknown[]): Uint8Array | null {
  if (flat.length === 0) return null;
  try {
    return serialize(flat);
  } catch (error) {
    const text = messageOf(error);
    throw new Error(`saveState returned a value that cannot be handed over: ${text}`, { cause: error });
  }
}

function packAttributes(flat: readonly unknown[]): Uint8Array | null {
  if (flat.length === 0) return null;
  try {
    return serialize(flat);
  } catch {
    return packAttributes(flat.filter((_, at) => uncloneable(flat[at - (at % 3) + 2]) === null));
  }
}

// Views are cloned as between threads. Node's own `serialize` would let all states share one piece of memory.
function serialize(value: unknown): Uint8Array {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

function unpack(bytes: Uint8Array | null): readonly unknown[] {
  if (bytes === null) return [];
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue() as readonly unknown[];
}
