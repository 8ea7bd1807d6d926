// Host: the sessions that other hosts serve, as the front reports them.
import {
  SINGLE,
  type ClusterRecord,
  type DirectoryChange,
  type DirectoryRecord,
  type SessionState,
  type Snapshot,
} from "../../boundary/directory-record.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { DirectoryEntry } from "./directory-view.ts";

/** Changes arrive with each batch; none is made here. */
export class RemoteSessions {
  readonly sessions = new Map<SessionRef, RemoteSession>();
  readonly ids = new Map<string, RemoteSession>();
  readonly rooms = new Map<string, Set<RemoteSession>>();
  cluster: ClusterRecord = SINGLE;
  /** Members on nodes that announce numbers only, by room. */
  readonly counts = new Map<string, number>();
  /** The sessions of these nodes. */
  counted = 0;

  constructor(snapshot: Snapshot) {
    for (const change of snapshot) this.apply(change);
  }

  apply(change: DirectoryChange): void {
    if (change.kind === "added") {
      this.#add(change.record);
      return;
    }
    if (change.kind === "cluster") {
      this.cluster = change.cluster;
      return;
    }
    if (change.kind === "counted") return this.#count(change.room, change.members);
    const session = this.sessions.get(change.ref);
    if (session === undefined) return;
    if (change.kind === "state") session.state = change.state;
    else if (change.kind === "away") session.isAway = change.isAway;
    else if (change.kind === "joined") this.#join(session, change.room, change.presence ?? null);
    else if (change.kind === "left") this.#leave(session, change.room);
    else this.#remove(session);
  }

  #add(record: DirectoryRecord): void {
    const session = new RemoteSession(record);
    this.sessions.set(session.ref, session);
    this.ids.set(session.id, session);
    for (const [room, presence] of session.rooms) this.#join(session, room, presence);
  }

  #count(room: string | null, members: number): void {
    if (room === null) this.counted += members;
    else if (members > 0) this.counts.set(room, members);
    else this.counts.delete(room);
  }

  forget(ref: SessionRef): void {
    const session = this.sessions.get(ref);
    if (session !== undefined) this.#remove(session);
  }

  #remove(session: RemoteSession): void {
    session.state = "closed";
    for (const room of [...session.rooms.keys()]) this.#leave(session, room);
    this.sessions.delete(session.ref);
    this.ids.delete(session.id);
  }

  #join(session: RemoteSession, room: string, presence: string | null): void {
    if (presence !== null || !session.rooms.has(room)) session.rooms.set(room, presence);
    const members = this.rooms.get(room);
    if (members === undefined) this.rooms.set(room, new Set([session]));
    else members.add(session);
  }

  #leave(session: RemoteSession, room: string): void {
    session.rooms.delete(room);
    const members = this.rooms.get(room);
    members?.delete(session);
    if (members?.size === 0) this.rooms.delete(room);
  }
}

class RemoteSession implements DirectoryEntry {
  readonly record: DirectoryRecord;
  /** Each with what the session shows in it; null for nothing. */
  readonly rooms: Map<string, string | null>;
  state: SessionState;
  isAway: boolean;

  constructor(record: DirectoryRecord) {
    this.record = record;
    const shown = new Map(record.presence);
    this.rooms = new Map(record.rooms.map((room) => [room, shown.get(room) ?? null]));
    this.state = record.state;
    this.isAway = record.isAway === true;
  }

  get ref(): SessionRef {
    return this.record.ref;
  }
  get id(): string {
    return this.record.id;
  }
  get route(): string {
    return this.record.route;
  }
  get path(): string {
    return this.record.path;
  }
  get address(): string {
    return this.record.address;
  }
}
