import type { Session } from "./session.ts";

/** A set of sessions that are sent to together: a named room, or all sessions of a route. */
export class Room {
  readonly name: string;
  readonly members = new Set<Session>();
  /** Owned by the outbox: what it has collected for this room in this turn. */
  outlet: object | null = null;

  constructor(name: string) {
    this.name = name;
  }
}
