// Front: which sessions have moved from one host slot to another, and from where.
import type { Session } from "./session.ts";

const PREVIOUS = new WeakMap<Session, number>();

/** The session moves from its slot to another one. */
export function noteDeparture(session: Session): void {
  PREVIOUS.set(session, session.host);
}

/** Whether it has left this slot last: a host that drains there may still believe that the session is its own. */
export function hasDeparted(session: Session, slot: number): boolean {
  return session.host !== slot && PREVIOUS.get(session) === slot;
}
