// Host: refuses rooms, presence and attributes beyond what one session, and all sessions of the host, may keep.
import { codedRangeError, codedTypeError, type ErrorKey } from "../../boundary/errors.ts";
import type { StoredValue } from "../../boundary/stored-value.ts";
import { attributeProblem, attributeSize, joinProblem } from "../../boundary/guard/kept-checks.ts";
import {
  DEFAULT_HOST_LIMITS,
  DEFAULT_SESSION_LIMITS,
  type HostLimits,
  type SessionLimits,
} from "../../boundary/turn/session-limits.ts";
import { valueSize } from "../../boundary/turn/value-size.ts";
import type { HostSession } from "./host-session.ts";
import { presenceSize } from "./owned-sessions.ts";

/** What a session keeps comes back after each restart: without bounds it would fill every host that takes it over. */
export class SessionBounds {
  readonly #session: SessionLimits;
  readonly #host: HostLimits;
  readonly #onRefused: () => void;
  /** The sizes of attributes, for sessions that have set some since this host serves them. */
  readonly #sizes = new Map<HostSession, AttributeSizes>();
  /** Of all of them together. */
  #bytes = 0;

  /** `onRefused` is called for each call that is refused. */
  constructor({ sessionLimits, hostLimits }: KeptLimits = {}, onRefused: () => void = ignore) {
    this.#onRefused = onRefused;
    this.#session = sessionLimits ?? DEFAULT_SESSION_LIMITS;
    this.#host = hostLimits ?? DEFAULT_HOST_LIMITS;
  }

  /** Throws when the session may not join a room of this name. `hostRooms`: the rooms that the host has without it. */
  checkJoin({ rooms }: { readonly rooms: HostSession["rooms"] }, name: string, hostRooms: number): void {
    const joined = rooms === null ? 0 : rooms.size;
    const problem = joinProblem(this.#session, name, joined);
    if (problem !== null) this.#refuse(KEYS[problem], this.#session[problem]);
    if (isOver(hostRooms, this.#host.rooms, joined < FEW_ROOMS))
      this.#refuse("PARLOR_SESSION_LIMIT/hostRooms", this.#host.rooms);
  }

  /** Throws when the session may not show this in the room. `hostBytes`: what all sessions of the host show without it. */
  checkPresence({ rooms }: Pick<HostSession, "rooms">, { room, presence, hostBytes }: Shown): void {
    const size = presenceSize(presence);
    const limit = this.#session.presenceBytes;
    if (size > limit) {
      this.#onRefused();
      throw codedTypeError("PARLOR_SESSION_LIMIT/presenceBytes", { limit });
    }
    if (hostBytes < this.#host.presenceBytes) return;
    const more = size - presenceSize(rooms?.get(room));
    let total = more;
    for (const each of rooms?.values() ?? []) total += presenceSize(each);
    if (more > 0 && isOver(hostBytes, this.#host.presenceBytes, total <= FEW_BYTES))
      this.#refuse("PARLOR_SESSION_LIMIT/hostPresenceBytes", this.#host.presenceBytes);
  }

  /** Throws when the session may not keep this value; else returns the value's size, for `keep`. */
  checkAttribute(session: HostSession, name: string, value: StoredValue | undefined): number {
    const sizes = this.#sizesOf(session);
    const before = sizes.byName.get(name) ?? 0;
    const size = attributeSize(name, value);
    const total = sizes.total - before + size;
    const count = sizes.byName.size + (sizes.byName.has(name) ? 0 : 1);
    const problem = attributeProblem(this.#session, name, count, total);
    if (problem !== null) this.#refuse(KEYS[problem], this.#session[problem]);
    if (size > before && isOver(this.#bytes, this.#host.attributeBytes, total <= FEW_BYTES))
      this.#refuse("PARLOR_SESSION_LIMIT/hostAttributeBytes", this.#host.attributeBytes);
    return size;
  }

  /** An attribute has this size from now on; 0 when it is gone. */
  keep(session: HostSession, name: string, size: number): void {
    const sizes = this.#sizesOf(session);
    const more = size - (sizes.byName.get(name) ?? 0);
    sizes.total += more;
    this.#bytes += more;
    if (size === 0) sizes.byName.delete(name);
    else sizes.byName.set(name, size);
  }

  /** The session has gone. */
  forget(session: HostSession): void {
    this.#bytes -= this.#sizes.get(session)?.total ?? 0;
    this.#sizes.delete(session);
  }

  #sizesOf(session: HostSession): AttributeSizes {
    const known = this.#sizes.get(session);
    if (known !== undefined) return known;
    const sizes: AttributeSizes = { total: 0, byName: new Map() };
    this.#sizes.set(session, sizes);
    for (const [name, value] of session.attributes ?? [])
      this.keep(session, name, name.length + valueSize(value));
    return sizes;
  }

  #refuse(key: LimitKey, limit: number): never {
    this.#onRefused();
    throw codedRangeError(key, { limit });
  }
}

/** What sessions may keep; the defaults for what is left out. */
export interface KeptLimits {
  readonly sessionLimits?: SessionLimits | undefined;
  readonly hostLimits?: HostLimits | undefined;
}

/** The presence that a session asks to show in a room. */
interface Shown {
  readonly room: string;
  readonly presence: string;
  readonly hostBytes: number;
}

interface AttributeSizes {
  total: number;
  readonly byName: Map<string, number>;
}

/** The texts of the limits of a session. */
const KEYS = {
  rooms: "PARLOR_SESSION_LIMIT/rooms",
  roomName: "PARLOR_SESSION_LIMIT/roomName",
  attributes: "PARLOR_SESSION_LIMIT/attributes",
  attributeName: "PARLOR_SESSION_LIMIT/attributeName",
  attributeBytes: "PARLOR_SESSION_LIMIT/attributeBytes",
  presenceBytes: "PARLOR_SESSION_LIMIT/presenceBytes",
} as const satisfies Record<keyof SessionLimits, ErrorKey>;

type LimitKey = Extract<ErrorKey, `PARLOR_SESSION_LIMIT/${string}`>;

function ignore(): void {}

// Sessions that keep little get twice as much room as others, so that those that keep much cannot shut them out.
function isOver(held: number, limit: number, isLight: boolean): boolean {
  return held >= limit && (!isLight || held >= 2 * limit);
}

/** A session that keeps less than this keeps little. */
const FEW_ROOMS = 8;
const FEW_BYTES = 2048;
