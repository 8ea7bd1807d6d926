// Host: a copy of the directory that follows the front, merged with the own sessions.
import type { Commands } from "../../boundary/commands.ts";
import type { HostSession } from "./host-session.ts";
import { OwnedSessions } from "./owned-sessions.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type {
  SessionState,
  DirectoryChange,
  DirectoryRecord,
  Snapshot,
} from "../../boundary/directory-record.ts";

/** A session as a reader of the directory sees it. */
export interface DirectoryEntry {
  readonly ref: SessionRef;
  readonly id: string;
  readonly route: string;
  readonly path: string;
  readonly address: string;
  readonly state: SessionState;
}

/** What a script can read: synchronously, own writes included. */
export interface DirectoryView {
  roomNames(): string[];
  memberCount(room: string): number;
  members(room: string): DirectoryEntry[];
  sessionById(id: string): DirectoryEntry | null;
  sessions(): DirectoryEntry[];
  sessionCount(): number;
  /** Sessions of one route that this host serves. */
  ownSessions(route: string): HostSession[];
  ownSessionById(id: string): HostSession | null;
}

class RemoteSession implements DirectoryEntry {
  readonly record: DirectoryRecord;
  readonly rooms: Set<string>;
  state: SessionState;

  constructor(record: DirectoryRecord) {
    this.record = record;
    this.rooms = new Set(record.rooms);
    this.state = record.state;
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

/**
 * A host's copy of the directory. Its own sessions it knows always and writes alone; the others it fetches with the
 * first read beyond its own (`follow`) and keeps by the changes that come with each batch from then on.
 */
export class Replica implements DirectoryView {
  #own = new OwnedSessions();
  #others: Others | null = null;
  readonly #commands: Commands;
  readonly #follow: () => Snapshot;

  constructor(commands: Commands, follow: () => Snapshot) {
    this.#commands = commands;
    this.#follow = follow;
  }

  apply(changes: readonly DirectoryChange[]): void {
    for (const change of changes) this.#others?.apply(change);
  }

  /** The sessions of another incarnation are this one's from now on. */
  takeOver(sessions: OwnedSessions): void {
    this.#own = sessions;
  }

  own(ref: SessionRef): HostSession | undefined {
    return this.#own.get(ref);
  }

  allOwn(): IterableIterator<HostSession> {
    return this.#own.values();
  }

  /** How many of its own sessions a script has. */
  population(script: string): number {
    return this.#own.population(script);
  }

  add(session: HostSession): void {
    // It may have been another host's until now.
    this.#others?.forget(session.ref);
    this.#own.add(session);
  }

  /** The close event is done: the front removes the session from its rooms at the same point of the order. */
  remove(session: HostSession): void {
    session.closed();
    this.#own.remove(session);
  }

  /** A session's rooms are these now: it was served elsewhere meanwhile. */
  rejoin(session: HostSession, rooms: readonly string[]): void {
    this.#own.setRooms(session, rooms);
  }

  join(session: HostSession, room: string): void {
    if (session.state === "closed" || !this.#own.join(session, room)) return;
    this.#commands.join(session.ref, room);
  }

  leave(session: HostSession, room: string): void {
    if (this.#own.leave(session, room)) this.#commands.leave(session.ref, room);
  }

  accept(session: HostSession): void {
    if (session.state !== "connecting" || session.isAccepted) return;
    session.accepted();
    this.#commands.accept(session.ref);
  }

  refuse(session: HostSession, status: number, reason: string): void {
    if (session.state !== "connecting" || session.isAccepted) return;
    session.closed();
    this.#commands.refuse(session.ref, status, reason);
  }

  close(session: HostSession, code: number, reason: string): void {
    if (session.state !== "open" && session.state !== "connecting") return;
    session.closing();
    this.#commands.close(session.ref, code, reason);
  }

  roomNames(): string[] {
    return [...new Set([...this.#own.roomNames(), ...this.#theOthers().rooms.keys()])];
  }

  memberCount(room: string): number {
    return (this.#own.members(room)?.size ?? 0) + (this.#theOthers().rooms.get(room)?.size ?? 0);
  }

  members(room: string): DirectoryEntry[] {
    return [...(this.#own.members(room) ?? []), ...(this.#theOthers().rooms.get(room) ?? [])];
  }

  sessionById(id: string): DirectoryEntry | null {
    return this.#own.byId(id) ?? this.#theOthers().ids.get(id) ?? null;
  }

  sessions(): DirectoryEntry[] {
    return [...this.#own.values(), ...this.#theOthers().sessions.values()].filter(isConnected);
  }

  sessionCount(): number {
    return this.sessions().length;
  }

  ownSessions(route: string): HostSession[] {
    const sessions: HostSession[] = [];
    for (const session of this.#own.values()) {
      if (session.route === route && session.isOpen) sessions.push(session);
    }
    return sessions;
  }

  ownSessionById(id: string): HostSession | null {
    return this.#own.byId(id) ?? null;
  }

  #theOthers(): Others {
    return (this.#others ??= new Others(this.#follow()));
  }
}

/** The sessions that other hosts serve. */
class Others {
  readonly sessions = new Map<SessionRef, RemoteSession>();
  readonly ids = new Map<string, RemoteSession>();
  readonly rooms = new Map<string, Set<RemoteSession>>();

  constructor(snapshot: Snapshot) {
    for (const record of snapshot) this.#add(record);
  }

  apply(change: DirectoryChange): void {
    if (change.kind === "added") {
      this.#add(change.record);
      return;
    }
    const session = this.sessions.get(change.ref);
    if (session === undefined) return;
    if (change.kind === "state") session.state = change.state;
    else if (change.kind === "joined") this.#join(session, change.room);
    else if (change.kind === "left") this.#leave(session, change.room);
    else this.#remove(session);
  }

  #add(record: DirectoryRecord): void {
    const session = new RemoteSession(record);
    this.sessions.set(session.ref, session);
    this.ids.set(session.id, session);
    for (const room of session.rooms) this.#join(session, room);
  }

  forget(ref: SessionRef): void {
    const session = this.sessions.get(ref);
    if (session !== undefined) this.#remove(session);
  }

  #remove(session: RemoteSession): void {
    for (const room of [...session.rooms]) this.#leave(session, room);
    this.sessions.delete(session.ref);
    this.ids.delete(session.id);
  }

  #join(session: RemoteSession, room: string): void {
    session.rooms.add(room);
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

function isConnected(entry: DirectoryEntry): boolean {
  return entry.state === "open" || entry.state === "closing";
}
