// Host: its copy of the directory, which scripts read.
import type { Commands } from "../../boundary/commands.ts";
import type { Headers, UpgradeAnswer } from "../../boundary/text/upgrade-answer.ts";
import type { ClusterRecord, DirectoryChange, Snapshot } from "../../boundary/directory-record.ts";
import { withProtocol } from "../../boundary/text/subprotocol.ts";
import { entryText, type PresenceEntry } from "../../boundary/rooms/presence.ts";
import type { JoinOptions } from "../../boundary/rooms/join-options.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { DirectoryEntry, DirectoryView } from "./directory-view.ts";
import type { HostSession } from "./host-session.ts";
import { OwnedSessions } from "./owned-sessions.ts";
import { RemoteSessions } from "./remote-sessions.ts";
import type { StoredValue } from "../../boundary/stored-value.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";
import { SessionBounds, type KeptLimits } from "./session-bounds.ts";

/**
 * It always knows its own sessions, and only it changes them: a command that is refused throws and changes nothing. It
 * fetches the others at the first read beyond its own (`follow`), and then applies the changes that come with each batch.
 */
export class Replica implements DirectoryView {
  #owned = new OwnedSessions();
  #others: RemoteSessions | null = null;
  /** Bytes that clients of its own sessions have not taken, where the front has reported any. */
  readonly #unsent = new Map<SessionRef, number>();
  readonly #commands: ReplicaCommands;
  readonly #follow: () => Snapshot;
  readonly #bounds: SessionBounds;

  /** `onRefused` is called for each call that is refused, because a session would keep too much. */
  constructor(
    commands: ReplicaCommands,
    follow: () => Snapshot,
    limits?: KeptLimits,
    onRefused?: () => void,
  ) {
    this.#commands = commands;
    this.#follow = follow;
    this.#bounds = new SessionBounds(limits, onRefused);
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
    this.#unsent.delete(session.ref);
    this.#owned.remove(session);
    this.#bounds.forget(session);
  }

  /** Another host has served the session meanwhile: these are its rooms now. */
  rejoin(session: HostSession, rooms: HostSession["rooms"]): void {
    this.#owned.setRooms(session, rooms);
  }

  join(session: HostSession, room: string, options?: JoinOptions): void {
    if (session.state === "closed") return;
    const presence = options?.presence ?? null;
    if (session.rooms?.has(room) !== true) {
      const { byRoom } = this.#owned;
      this.#bounds.checkJoin(session, room, byRoom.has(room) ? 0 : byRoom.size);
    } else if (presence === null || presence === session.rooms.get(room)) return;
    const hostBytes = this.#owned.presenceBytes;
    if (presence !== null) this.#bounds.checkPresence(session, { room, presence, hostBytes });
    this.#commands.join(session.ref, room, options);
    this.#owned.join(session, room, presence);
  }

  /** The sessions that have joined the room with presence. */
  presence(room: string): PresenceEntry[] {
    const all = [...(this.#owned.byRoom.get(room) ?? []), ...(this.#theOthers().rooms.get(room) ?? [])];
    return all.flatMap(({ id, rooms, isAway }) => {
      const text = rooms?.get(room) ?? null;
      return text === null ? [] : (JSON.parse(entryText(id, text, isAway)) as PresenceEntry);
    });
  }

  /** A session on another node joins the room there. How many rooms it may be in is checked by its own host. */
  joinElsewhere({ ref }: DirectoryEntry, room: string): void {
    this.#bounds.checkJoin({ rooms: null }, room, 0);
    this.#commands.join(ref, room);
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

  /** `protocol`: left out for the one that the front has chosen by the script's list. */
  accept(session: HostSession, { protocol, headers = [] }: Partial<UpgradeAnswer> = {}): void {
    if (session.state !== "connecting" || session.isAccepted) return;
    if (protocol !== undefined) session.handshake = withProtocol(session.handshake, protocol);
    this.#commands.accept(session.ref, { protocol: session.handshake.protocol ?? null, headers });
    session.accepted();
  }

  refuse(session: HostSession, status: number, reason: string, headers: Headers = []): void {
    if (session.state !== "connecting" || session.isAccepted) return;
    this.#commands.refuse(session.ref, status, reason, headers);
    session.closed();
  }

  close(session: HostSession, code: number, reason: string): void {
    if (session.state !== "open" && session.state !== "connecting") return;
    this.#commands.close(session.ref, code, reason);
    session.closing();
  }

  /** The front has reported how much of a session's messages waits. */
  noteUnsent(session: SessionRef, bytes: number): void {
    if (bytes === 0) this.#unsent.delete(session);
    else this.#unsent.set(session, bytes);
  }

  /** Bytes for a session that wait in the front, as far as known, and those that were sent since the last commit. */
  bufferedBytes({ ref }: HostSession): number {
    return (this.#unsent.get(ref) ?? 0) + this.#commands.sentTo(ref);
  }

  roomNames(): string[] {
    const { rooms, counts } = this.#theOthers();
    return [...new Set([...this.#owned.byRoom.keys(), ...rooms.keys(), ...counts.keys()])];
  }

  memberCount(room: string): number {
    const { rooms, counts } = this.#theOthers();
    return (this.#owned.byRoom.get(room)?.size ?? 0) + (rooms.get(room)?.size ?? 0) + (counts.get(room) ?? 0);
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

  /** The sessions of a route on other nodes. */
  elsewhere(isOf: (route: string) => boolean): DirectoryEntry[] {
    const { sessions } = this.#theOthers();
    return [...sessions.values()].filter(({ record }) => record.isElsewhere === true && isOf(record.route));
  }

  /** A session on another node by its id. */
  elsewhereById(id: string): DirectoryEntry | null {
    const entry = this.#theOthers().ids.get(id);
    return entry?.record.isElsewhere === true ? entry : null;
  }

  cluster(): ClusterRecord {
    return this.#theOthers().cluster;
  }

  sessionCount(): number {
    return this.sessions().length + this.#theOthers().counted;
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

/** Where its commands go, and what of them has not left yet. */
export interface ReplicaCommands extends Commands {
  sentTo(session: SessionRef): number;
}

function isConnected(entry: DirectoryEntry): boolean {
  return entry.state === "open" || entry.state === "closing";
}
