// Front: the sessions that keep most in their host: they are closed when its memory has run out.
import type { ShedLimits } from "../incarnation/incarnation-ports.ts";
import { handshakeBytes, type Session } from "./session.ts";

/** The heaviest sessions, without which the others weigh no more than they may. Among equals, the last to come go. */
export function sessionsToShed(sessions: Iterable<Session>, { keep, heavy }: ShedLimits): WeighedSession[] {
  const weighed = Array.from(sessions, (session) => ({ session, bytes: weightOfSession(session) }));
  let total = weighed.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= keep) return [];
  const candidates = weighed.filter(({ session, bytes }) => bytes >= heavy && isServed(session));
  candidates.sort((a, b) => b.bytes - a.bytes || b.session.ref - a.session.ref);
  const end = candidates.findIndex(({ bytes }) => {
    if (total <= keep) return true;
    total -= bytes;
    return false;
  });
  return end < 0 ? candidates : candidates.slice(0, end);
}

/** A session and what its host keeps for it, about. */
export interface WeighedSession {
  readonly session: Session;
  readonly bytes: number;
}

/** About as many bytes as a host needs for a session. */
export function weightOfSession(session: Session): number {
  let bytes = LEAST + handshakeBytes(session.handshake);
  for (const room of session.rooms ?? []) bytes += ROOM + room.name.length;
  const { attributes } = session;
  return attributes === null ? bytes : bytes + ENTRY * attributes.values.size + attributes.bytes;
}

// One whose upgrade or close is under way ends by itself.
function isServed({ state, isOpened }: Session): boolean {
  return state === "open" && isOpened;
}

/** The host's objects for a session. */
const LEAST = 2048;
/** The host's objects for a membership: an entry in two sets, and a set. */
const ROOM = 256;
/** An entry of a map. */
const ENTRY = 32;
