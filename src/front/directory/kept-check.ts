// Front: whether a host may let a session keep more: it has refused that itself, unless its messages are forged.
import type { SessionRef } from "../../boundary/refs.ts";
import type { StoredValue } from "../../boundary/stored-value.ts";
import { attributeProblem, attributeSize, joinProblem } from "../../boundary/guard/kept-checks.ts";
import type { SessionLimits } from "../../boundary/turn/session-limits.ts";
import { isWithinBytes, utf8Length } from "../../boundary/text/utf8.ts";
import type { Directory } from "./directory.ts";
import type { HostSums } from "./host-sums.ts";
import type { Session } from "./session.ts";

/** Checks joins and attributes by the limits of their host: those of each session, and of all together. */
export class KeptCheck {
  readonly #directory: Directory;
  readonly #limits: SessionLimits;
  readonly #sums: HostSums;

  constructor(directory: Directory, { session, sums }: { session: SessionLimits; sums: HostSums }) {
    this.#directory = directory;
    this.#limits = session;
    this.#sums = sums;
  }

  mayJoin(ref: SessionRef, room: string, presence: string | null): boolean {
    if (presence !== null && !isWithinBytes(presence, this.#limits.presenceBytes)) return false;
    const session = this.#directory.sessions.get(ref);
    // One of another node: that node bounds what it keeps.
    if (session === undefined) return joinProblem(this.#limits, room, 0) === null;
    // To join again changes nothing but what the session shows.
    if (!this.#isMember(session, room)) {
      if (joinProblem(this.#limits, room, session.rooms?.size ?? 0) !== null) return false;
      if (!this.#sums.rooms.mayAdd(1)) return false;
    }
    return presence === null || this.#sums.presence.mayAdd(utf8Length(presence));
  }

  maySet(ref: SessionRef, name: string, value: StoredValue | undefined): boolean {
    if (value === undefined) return true;
    const attributes = this.#directory.sessions.get(ref)?.attributes ?? null;
    const count = (attributes?.values.size ?? 0) + (attributes?.values.has(name) === true ? 0 : 1);
    const bytes = attributes?.bytesWith(name, value) ?? attributeSize(name, value);
    if (attributeProblem(this.#limits, name, count, bytes / LENIENCY) !== null) return false;
    return this.#sums.attributes.mayAdd(bytes - (attributes?.bytes ?? 0));
  }

  #isMember(session: Session, name: string): boolean {
    return this.#directory.rooms.get(name)?.members.has(session) === true;
  }
}

/** After a takeover, a host measures the live values again, which the script may have changed since it set them. */
const LENIENCY = 4;
