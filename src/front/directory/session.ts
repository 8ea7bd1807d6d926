import type { Handshake } from "../../boundary/events.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { SessionState } from "../../boundary/directory-record.ts";

/** A connected client, as the front keeps it. There are many, and most are idle: collections are made when needed. */
export class Session {
  readonly ref: SessionRef;
  readonly handshake: Handshake;
  /** The host slot that serves it: the one writer of its memberships and attributes. */
  host: number;
  /** All sessions of its route. */
  readonly route: Room;
  state: SessionState = "connecting";
  /** Whether its script has let it in, where the script decides. */
  isAccepted = false;
  rooms: Set<Room> | null = null;
  /** Clones of what `setAttribute` was given, kept so that they survive the script. */
  attributes: Map<string, unknown> | null = null;
  /** Owned by the outbox: what it has collected for this session, and its socket. */
  outboxState: object | null = null;
  /** Whether the script has been told that it opened. */
  isOpened = false;
  /** Whether it was closed on this side: what its client has sent before is not wanted any more. */
  isClosedHere = false;

  constructor(ref: SessionRef, handshake: Handshake, place: { host: number; route: Room }) {
    this.ref = ref;
    this.handshake = handshake;
    this.host = place.host;
    this.route = place.route;
  }

  /** Whether something sent now may still reach the client. */
  get isSendable(): boolean {
    return this.state === "open" || this.state === "connecting";
  }
}

/** A set of sessions that are sent to together: a named room, or all sessions of a route. */
export class Room {
  readonly name: string;
  readonly members = new Set<Session>();
  /** Owned by the outbox: what it has collected for this room in this turn. */
  outboxState: object | null = null;

  constructor(name: string) {
    this.name = name;
  }
}
