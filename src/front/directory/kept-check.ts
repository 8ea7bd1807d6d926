// Front: whether a host may let a session keep more: it has refused that itself, unless its messages are forged.
import type { SessionRef } from "../../boundary/refs.ts";
import type { StoredValue } from "../../boundary/stored-value.ts";
import { attributeProblem, attributeSize, joinProblem } from "../../boundary/guard/kept-checks.ts";
import type { SessionLimits } from "../../boundary/turn/session-limits.ts";
import { isWithinBytes } from "../../boundary/text/utf8.ts";
import type { Directory } from "./directory.ts";

/** Checks joins and attributes by the limits of their host. */
export class KeptCheck {
  readonly #directory: Directory;
  readonly #limits: SessionLimits;

  constructor(directory: Directory, limits: SessionLimits) {
    this.#directory = directory;
    this.#limits = limits;
  }

  mayJoin(ref: SessionRef, room: string, presence: string | null): boolean {
    if (presence !== null && !isWithinBytes(presence, this.#limits.presenceBytes)) return false;
    const joined = this.#directory.sessions.get(ref)?.rooms ?? null;
    if (joined === null) return joinProblem(this.#limits, room, 0) === null;
    // To join again changes nothing.
    return joinProblem(this.#limits, room, joined.size) === null || this.#isMember(ref, room);
  }

  maySet(ref: SessionRef, name: string, value: StoredValue | undefined): boolean {
    if (value === undefined) return true;
    const attributes = this.#directory.sessions.get(ref)?.attributes ?? null;
    const count = (attributes?.values.size ?? 0) + (attributes?.values.has(name) === true ? 0 : 1);
    const bytes = attributes?.bytesWith(name, value) ?? attributeSize(name, value);
    return attributeProblem(this.#limits, name, count, bytes / LENIENCY) === null;
  }

  #isMember(ref: SessionRef, name: string): boolean {
    const session = this.#directory.sessions.get(ref);
    return session !== undefined && this.#directory.rooms.get(name)?.members.has(session) === true;
  }
}

/** After a takeover, a host measures the live values again, which the script may have changed since it set them. */
const LENIENCY = 4;
