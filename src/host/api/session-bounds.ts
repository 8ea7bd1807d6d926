// Host: refuses rooms and attributes beyond what one session may keep.
import { errorText } from "../../boundary/errors.ts";
import type { StoredValue } from "../../boundary/stored-value.ts";
import { DEFAULT_SESSION_LIMITS, type SessionLimits } from "../../boundary/turn/session-limits.ts";
import { valueSize } from "../../boundary/turn/value-size.ts";
import type { HostSession } from "./host-session.ts";

/** What a session keeps comes back after each restart: without bounds it would fill every host that takes it over. */
export class SessionBounds {
  readonly #limits: SessionLimits;
  /** The sizes of attributes, for sessions that have set some since this host serves them. */
  readonly #sizes = new WeakMap<HostSession, AttributeSizes>();

  constructor(limits: SessionLimits = DEFAULT_SESSION_LIMITS) {
    this.#limits = limits;
  }

  /** Throws when the session may not join a room of this name. */
  checkJoin({ rooms }: HostSession, room: string): void {
    const { rooms: most, roomName } = this.#limits;
    if (room.length > roomName) throw limitError("PARLOR_SESSION_LIMIT/roomName", roomName);
    if (rooms !== null && rooms.size >= most) throw limitError("PARLOR_SESSION_LIMIT/rooms", most);
  }

  /** Throws when the session may not keep this value; else returns the value's size, for `keep`. */
  checkAttribute(session: HostSession, key: string, value: StoredValue | undefined): number {
    const { attributes: most, attributeBytes } = this.#limits;
    const { attributes } = session;
    if (attributes !== null && attributes.size >= most && !attributes.has(key))
      throw limitError("PARLOR_SESSION_LIMIT/attributes", most);
    const sizes = this.#sizesOf(session);
    const size = key.length + storedSize(value);
    if (sizes.total - (sizes.byKey.get(key) ?? 0) + size > attributeBytes)
      throw limitError("PARLOR_SESSION_LIMIT/attributeBytes", attributeBytes);
    return size;
  }

  /** An attribute has this size from now on; 0 when it is gone. */
  keep(session: HostSession, key: string, size: number): void {
    const sizes = this.#sizesOf(session);
    sizes.total += size - (sizes.byKey.get(key) ?? 0);
    if (size === 0) sizes.byKey.delete(key);
    else sizes.byKey.set(key, size);
  }

  #sizesOf(session: HostSession): AttributeSizes {
    const known = this.#sizes.get(session);
    if (known !== undefined) return known;
    const sizes: AttributeSizes = { total: 0, byKey: new Map() };
    this.#sizes.set(session, sizes);
    for (const [key, value] of session.attributes ?? [])
      this.keep(session, key, key.length + valueSize(value));
    return sizes;
  }
}

interface AttributeSizes {
  total: number;
  readonly byKey: Map<string, number>;
}

function storedSize(value: StoredValue | undefined): number {
  return typeof value === "object" ? value.bytes.byteLength / value.of : valueSize(value);
}

type LimitKey = `PARLOR_SESSION_LIMIT/${keyof SessionLimits}`;

// Its stack names the script's line.
function limitError(key: LimitKey, limit: number): RangeError {
  return Object.assign(new RangeError(errorText(key, { limit })), { code: "PARLOR_SESSION_LIMIT" });
}
