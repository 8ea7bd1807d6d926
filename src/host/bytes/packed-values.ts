// Host: values of scripts as bytes that only hosts read: attributes and saved states.
import { messageOf } from "../../boundary/checks.ts";
import type { PackedSessions } from "../../boundary/handover.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";
import type { StoredValue } from "../../boundary/stored-value.ts";
import { keptBytes, keptValue } from "./kept-values.ts";
import { unfitReason } from "./unfit.ts";

/** A value for the front to keep. Throws, with the reason, for a value that cannot be handed over. */
export function storedValue(value: unknown): StoredValue {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return { bytes: pack([value]), at: 0, of: 1 };
}

/** Reads values that the front has kept. Many lie in the same bytes, which are read once. */
export class StoredValueReader {
  readonly #lists = new Map<Uint8Array, readonly unknown[]>();

  read(stored: StoredValue): unknown {
    if (typeof stored !== "object") return stored;
    const known = this.#lists.get(stored.bytes) ?? unpack(stored.bytes);
    this.#lists.set(stored.bytes, known);
    return known[stored.at];
  }
}

/** Collects what a version leaves of its sessions; most leave nothing that the front does not know. */
export class SessionPacker {
  /** The one that is added. */
  #session = 0;
  readonly #saved: unknown[] = [];
  readonly #sessions: number[] = [];
  readonly #keys: string[] = [];
  readonly #values: unknown[] = [];
  readonly #onLost: OnLost;

  /** `onLost` is called for each value that stays behind. */
  constructor(onLost: OnLost) {
    this.#onLost = onLost;
  }

  add(session: number, attributes: ReadonlyMap<string, unknown> | null, saved: unknown): void {
    this.#session = session;
    if (saved !== undefined) this.#addSaved(saved);
    attributes?.forEach(this.#add);
  }

  /** How many values it holds. */
  get size(): number {
    return this.#saved.length / 2 + this.#values.length;
  }

  /** As bytes. What cannot be handed over stays behind. */
  pack(): PackedSessions {
    return { saved: this.#packSaved(), attributes: this.#packAttributes() };
  }

  #addSaved(saved: unknown): void {
    const why = failureOf(unfitReason, saved);
    if (why !== null) this.#onLost(this.#session, null, why);
    else this.#saved.push(this.#session, saved);
  }

  #packSaved(): Uint8Array | null {
    const saved = this.#saved;
    if (saved.length === 0) return null;
    try {
      return keptBytes(saved);
    } catch {
      this.#leaveSavedBehind();
      return this.#packSaved();
    }
  }

  // One at a time, from the last: those that stay keep their places.
  #leaveSavedBehind(): void {
    for (let at = this.#saved.length - 2; at >= 0; at -= 2) {
      const why = failureOf(serializeAlone, this.#saved[at + 1]);
      if (why === null) continue;
      this.#onLost(this.#saved[at] as number, null, why);
      this.#saved.splice(at, 2);
    }
  }

  // One function for all sessions, and no entries: this runs while nothing is served, in code that is seldom warm.
  readonly #add = (value: unknown, key: string): void => {
    if (!isMutable(value)) return;
    const why = failureOf(unfitReason, value);
    if (why !== null) return this.#onLost(this.#session, key, why);
    this.#sessions.push(this.#session);
    this.#keys.push(key);
    this.#values.push(value);
  };

  #packAttributes(): PackedSessions["attributes"] {
    if (this.#values.length === 0) return null;
    const [sessions, keys] = [this.#sessions, this.#keys];
    try {
      return { sessions, keys, values: keptBytes(this.#values) };
    } catch {
      this.#leaveBehind();
      return this.#packAttributes();
    }
  }

  // One at a time, from the last: those that stay keep their places.
  #leaveBehind(): void {
    for (let at = this.#values.length - 1; at >= 0; at -= 1) {
      const value = this.#values[at];
      const why = failureOf(serializeAlone, value);
      if (why === null) continue;
      this.#onLost(this.#sessions[at] as number, this.#keys[at] as string, why);
      for (const list of [this.#sessions, this.#keys, this.#values]) list.splice(at, 1);
    }
  }
}

/** Something of a session cannot be handed over: an attribute, or, without a key, its state. */
type OnLost = (session: number, key: string | null, why: string) => void;

function serializeAlone(value: unknown): null {
  keptBytes(value);
  return null;
}

/** Only objects can change after they were set. */
export function isMutable(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

export function forEachSaved(
  { saved }: PackedSessions,
  visit: (session: number, value: unknown) => void,
): void {
  if (saved === null) return;
  const flat = unpack(saved);
  for (let at = 0; at < flat.length; at += 2) visit(flat[at] as number, flat[at + 1]);
}

export function forEachAttribute(
  { attributes }: PackedSessions,
  visit: (session: number, key: string, value: unknown) => void,
): void {
  if (attributes === null) return;
  const { sessions, keys, values } = attributes;
  const all = unpack(values);
  for (let at = 0; at < all.length; at += 1) visit(sessions[at] as number, keys[at] as string, all[at]);
}

/**
 * The state that the sessions of a script share, in parts: the front passes each on in a moment. Throws, with the reason,
 * for a state that cannot be handed over.
 */
export function packShared(script: ScriptKey, saved: unknown): PackedSessions[] {
  const bytes = pack([saved]);
  const parts: PackedSessions[] = [];
  for (let at = 0; at < bytes.length; at += PART)
    parts.push({ ...NOTHING, shared: { script, bytes: new Uint8Array(bytes.subarray(at, at + PART)) } });
  return parts;
}

/** The state whose parts these are. */
export function unpackShared(parts: readonly Uint8Array[]): unknown {
  return unpack(Buffer.concat(parts))[0];
}

const NOTHING = { saved: null, attributes: null } as const;
const PART = 1024 * 1024;

function pack(list: readonly unknown[]): Buffer {
  for (const value of list) {
    const why = failureOf(unfitReason, value);
    if (why !== null) throw new Error(why);
  }
  return keptBytes(list);
}

function unpack(bytes: Uint8Array): readonly unknown[] {
  return keptValue(bytes) as readonly unknown[];
}

// A getter or a proxy of the script may throw.
function failureOf(look: (value: unknown) => string | null, value: unknown): string | null {
  try {
    return look(value);
  } catch (error) {
    return messageOf(error);
  }
}
