// Host: values of scripts as bytes that only hosts read: attributes and saved states.
import { messageOf } from "../../boundary/checks.ts";
import type { PackedSessions } from "../../boundary/handover.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";
import type { StoredValue } from "../../boundary/stored-value.ts";
import { deserialize, serialize } from "./serializing.ts";
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
  readonly #saved: unknown[] = [];
  readonly #sessions: number[] = [];
  readonly #keys: string[] = [];
  readonly #values: unknown[] = [];
  readonly #onLost: (session: number, key: string, why: string) => void;

  /** `onLost` is called for each attribute that stays behind. */
  constructor(onLost: (session: number, key: string, why: string) => void) {
    this.#onLost = onLost;
  }

  add(session: number, attributes: Iterable<readonly [string, unknown]>, saved: unknown): void {
    if (saved !== undefined) this.#saved.push(session, saved);
    for (const [key, value] of attributes) if (isMutable(value)) this.#add(session, key, value);
  }

  /** How many values it holds. */
  get size(): number {
    return this.#saved.length / 2 + this.#values.length;
  }

  /**
   * As bytes. An attribute that cannot be handed over stays behind, as at a crash.
   *
   * @throws Error when a saved state cannot be handed over: one line that says what is in it.
   */
  pack(): PackedSessions {
    return { saved: packSaved(this.#saved), attributes: this.#packAttributes() };
  }

  #add(session: number, key: string, value: unknown): void {
    const why = failureOf(() => unfitReason(value));
    if (why !== null) return this.#onLost(session, key, why);
    this.#sessions.push(session);
    this.#keys.push(key);
    this.#values.push(value);
  }

  #packAttributes(): PackedSessions["attributes"] {
    if (this.#values.length === 0) return null;
    const [sessions, keys] = [this.#sessions, this.#keys];
    try {
      return { sessions, keys, values: serialize(this.#values) };
    } catch {
      this.#leaveBehind();
      return this.#packAttributes();
    }
  }

  // One at a time, from the last: those that stay keep their places.
  #leaveBehind(): void {
    for (let at = this.#values.length - 1; at >= 0; at -= 1) {
      const value = this.#values[at];
      const why = failureOf(() => (serialize(value), null));
      if (why === null) continue;
      this.#onLost(this.#sessions[at] as number, this.#keys[at] as string, why);
      for (const list of [this.#sessions, this.#keys, this.#values]) list.splice(at, 1);
    }
  }
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
  for (const [at, session] of sessions.entries()) visit(session, keys[at] as string, all[at]);
}

/** The state that the sessions of a script share, in parts: the front passes each on in a moment. */
export function packShared(script: ScriptKey, saved: unknown): PackedSessions[] {
  const bytes = pack([saved], SAVE_STATE);
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
const SAVE_STATE = "saveState returned a value that cannot be handed over: ";

function packSaved(flat: readonly unknown[]): Uint8Array | null {
  return flat.length === 0 ? null : pack(flat, SAVE_STATE);
}

function pack(list: readonly unknown[], prefix = ""): Buffer {
  for (const value of list) {
    const why = failureOf(() => unfitReason(value));
    if (why !== null) throw new Error(prefix + why);
  }
  try {
    return serialize(list);
  } catch (error) {
    throw new Error(prefix + messageOf(error), { cause: error });
  }
}

function unpack(bytes: Uint8Array): readonly unknown[] {
  return deserialize(bytes) as readonly unknown[];
}

// A getter or a proxy of the script may throw.
function failureOf(look: () => string | null): string | null {
  try {
    return look();
  } catch (error) {
    return messageOf(error);
  }
}
