// Host: its copy of the directory, which scripts read.
import type { Commands } from "../../boundary/commands.ts";
import type { DirectoryChange, Snapshot } from "../../boundary/directory-record.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { DirectoryEntry, DirectoryView } from "./directory-view.ts";
import type { HostSession } from "./host-session.ts";
import { OwnedSessions } from "./owned-sessions.ts";
import { RemoteSessions } from "./remote-sessions.ts";
import type { StoredValue } from "../../boundary/stored-value.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";
import { SessionBounds } from "./session-bounds.ts";
import type { SessionLimits } from "../../boundary/turn/session-limits.ts";

/**
 * It always knows its own sessions, and only it changes them: a command that is refused throws and changes nothing. It
 * fetches the others at the first read beyond its own (`follow`), and then applies the changes that come with each batch.
 */
export class Replica implements DirectoryView {
  #owned = new OwnedSessions();
  #others: RemoteSessions | null = null;
  readonly #commands: Commands;
  readonly #follow: () => Snapshot;
  readonly #bounds: SessionBounds;

  constructor(commands: Commands, follow: () => Snapshot, limits?: SessionLimits) {
    this.#commands = commands;
    this.#follow = follow;
    this.#bounds = new SessionBounds(limits);
  }

  apply(changes: readonly DirectoryChange[]): void {
    for (const change of changes) this.#others?.apply(change);
  }

  /** This host serves the sessions of another incarnation from now on. */
  takeOver(sessions: OwnedSessions): void {
    this.#owned = sessions;
  }

  own(ref: SessionRef): HostSession | undefined {
    return this.#owned.byRef.get(ref);
  }

  allOwn(): IterableIterator<HostSession> {
    return this.#owned.byRef.values();
  }

  /** The number of its own sessions of a script. */
  population(script: ScriptKey): number {
    return this.#owned.population(script);
  }

  add(session: HostSession): void {
    // It may have been another host's until now.
    this.#others?.forget(session.ref);
    this.#owned.add(session);
  }

  /** The close event is done: the front removes the session from its rooms at the same point of the order. */
  remove(session: HostSession): void {
    session.closed();
    this.#owned.remove(session);
  }

  /** Another host has served the session meanwhile: these are its rooms now. */
  rejoin(session: HostSession, rooms: readonly string[]): void {
    this.#owned.setRooms(session, rooms);
  }

  join(session: HostSession, room: string): void {
    if (session.state === "closed" || session.rooms?.has(room) === true) return;
    this.#bounds.checkJoin(session, room);
    this.#commands.join(session.ref, room);
    this.#owned.join(session, room);
  }

  leave(session: HostSession, room: string): void {
    if (session.rooms?.has(room) !== true) return;
    this.#commands.leave(session.ref, room);
    this.#owned.leave(session, room);
  }

  /**
   * Sets an attribute. The session keeps the live value; the front gets `stored`, which outlives the script, or forgets
   * the earlier value when there is none.
   */
  setAttribute(session: HostSession, key: string, value: unknown, stored: StoredValue | undefined): void {
    if (session.state === "closed") return;
    const size = this.#bounds.checkAttribute(session, key, stored);
    this.#commands.setAttribute(session.ref, key, stored);
    this.#bounds.keep(session, key, size);
    (session.attributes ??= new Map()).set(key, value);
  }

  removeAttribute(session: HostSession, key: string): void {
    if (session.state === "closed" || session.attributes?.has(key) !== true) return;
    this.#commands.setAttribute(session.ref, key, undefined);
    this.#bounds.keep(session, key, 0);
    session.attributes.delete(key);
  }

  accept(session: HostSession): void {
    if (session.state !== "connecting" || session.isAccepted) return;
    this.#commands.accept(session.ref);
    session.accepted();
  }

  refuse(session: HostSession, status: number, reason: string): void {
    if (session.state !== "connecting" || session.isAccepted) return;
    this.#commands.refuse(session.ref, status, reason);
    session.closed();
  }

  close(session: HostSession, code: number, reason: string): void {
    if (session.state !== "open" && session.state !== "connecting") return;
    this.#commands.close(session.ref, code, reason);
    session.closing();
  }

  roomNames(): string[] {
    return [...new Set([...this.#owned.byRoom.keys(), ...this.#theOthers().rooms.keys()])];
  }

  memberCount(room: string): number {
    return (this.#owned.byRoom.get(room)?.size ?? 0) + (this.#theOthers().rooms.get(room)?.size ?? 0);
  }

  members(room: string): DirectoryEntry[] {
    return [...(this.#owned.byRoom.get(room) ?? []), ...(this.#theOthers().rooms.get(room) ?? [])];
  }

  sessionById(id: string): DirectoryEntry | null {
    return this.#owned.byId.get(id) ?? this.#theOthers().ids.get(id) ?? null;
  }

  sessions(): DirectoryEntry[] {
    return [...this.#owned.byRef.values(), ...this.#theOthers().sessions.values()].filter(isConnected);
  }

  sessionCount(): number {
    return this.sessions().length;
  }

  ownSessions(route: string): HostSession[] {
    const sessions: HostSession[] = [];
    for (const session of this.#owned.byRef.values()) {
      if (session.route === route && session.isOpen) sessions.push(session);
    }
    return sessions;
  }

  ownSessionById(id: string): HostSession | null {
    return this.#owned.byId.get(id) ?? null;
  }

  #theOthers(): RemoteSessions {
    return (this.#others ??= new RemoteSessions(this.#follow()));
  }
}

function isConnected(entry: DirectoryEntry): boolean {
  return entry.state === "open" || entry.state === "closing";
}
