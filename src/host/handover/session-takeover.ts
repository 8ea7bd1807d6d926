// Host: takes sessions over from an earlier incarnation or version, and notifies their scripts in slices.
import type { TakeoverEvent, SessionSnapshot, Handshake, ReloadReason } from "../../boundary/events.ts";
import type { PackedSessions } from "../../boundary/handover.ts";
import { forEachAttribute, forEachSaved, StoredValueReader } from "../bytes/packed-values.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { Clock, Loop } from "../../boundary/clock.ts";
import { HostSession } from "../api/host-session.ts";
import { OwnedSessions } from "../api/owned-sessions.ts";

/**
 * A script is notified of each session before its first event. Those without an event follow in slices, so that ten
 * thousand of them delay no other session.
 */
export class SessionTakeover {
  readonly #time: { readonly clock: Clock; readonly loop: Loop };
  readonly #slice: number;
  readonly #ports: SessionTakeoverPorts;
  #unnotified: HostSession[] = [];
  #isPlanned = false;
  /** Reads the values of one message, whose bytes many sessions share. */
  #reader = new StoredValueReader();
  /** Sessions that will be taken over, unless they change or end before; null when there are none. */
  #prepared: OwnedSessions | null = null;

  constructor(
    time: { readonly clock: Clock; readonly loop: Loop },
    slice: number,
    ports: SessionTakeoverPorts,
  ) {
    this.#time = time;
    this.#slice = slice;
    this.#ports = ports;
  }

  /** Prepares sessions while the previous version still serves, so that little is left to do at the swap. */
  prepare(snapshots: readonly SessionSnapshot[]): void {
    const prepared = (this.#prepared ??= new OwnedSessions());
    this.#reader = new StoredValueReader();
    for (const snapshot of snapshots) {
      const known = prepared.byRef.get(snapshot.session);
      if (known !== undefined) {
        this.#update(known, snapshot);
        prepared.setRooms(known, roomsOf(snapshot));
      } else if (snapshot.handshake !== null) {
        prepared.add(this.#make(snapshot, snapshot.handshake, "reload"));
      }
    }
  }

  /** Returns all prepared sessions; they belong to the caller now. */
  takePrepared(): OwnedSessions | null {
    const prepared = this.#prepared;
    this.#prepared = null;
    return prepared;
  }

  /**
   * The live values of the previous version are newer than those that it set by command, and older than all changes
   * after the script was notified.
   */
  receiveState(packed: PackedSessions): void {
    forEachSaved(packed, (ref, value) => {
      const session = this.#unnotifiedSession(ref);
      if (session !== undefined) session.saved = value;
    });
    forEachAttribute(packed, (ref, key, value) => {
      const attributes = this.#unnotifiedSession(ref)?.attributes;
      if (attributes?.has(key) === true) attributes.set(key, value);
    });
  }

  takeOver({ sessions, ended = [], packed = [], reason }: TakeoverEvent): void {
    this.#reader = new StoredValueReader();
    for (const ref of ended) this.#forget(ref);
    for (const snapshot of sessions) this.#take(snapshot, reason);
    this.#reader = new StoredValueReader();
    for (const part of packed) this.receiveState(part);
    this.#planNotices();
  }

  /** This host is replaced again: the next version notifies the scripts of the remaining sessions. */
  end(): void {
    this.#unnotified = [];
  }

  #unnotifiedSession(ref: SessionRef): HostSession | undefined {
    const session = this.#prepared?.byRef.get(ref) ?? this.#ports.sessions.get(ref);
    return session?.takeoverReason === null ? undefined : session;
  }

  #make(snapshot: SessionSnapshot, handshake: Handshake, reason: ReloadReason): HostSession {
    const session = new HostSession(snapshot.session, handshake, snapshot.state);
    session.takenOver(reason);
    this.#update(session, snapshot);
    session.rooms = roomsOf(snapshot);
    this.#unnotified.push(session);
    return session;
  }

  // The front's copy is the current one.
  #update(session: HostSession, snapshot: SessionSnapshot): void {
    session.update(snapshot);
    const attributes = snapshot.attributes.map(([key, stored]) => [key, this.#reader.read(stored)] as const);
    session.attributes = attributes.length === 0 ? null : new Map(attributes);
  }

  #forget(ref: SessionRef): void {
    const session = this.#ports.sessions.get(ref);
    if (session === undefined) return;
    session.notified();
    this.#ports.sessions.remove(session);
  }

  #take(snapshot: SessionSnapshot, reason: ReloadReason): void {
    const { sessions } = this.#ports;
    const known = sessions.get(snapshot.session);
    if (known === undefined) {
      if (snapshot.handshake !== null) sessions.add(this.#make(snapshot, snapshot.handshake, reason));
    } else if (known.isDraining || known.takeoverReason !== null) this.#arrive(known, snapshot, reason);
  }

  // A session that was prepared, or that the previous version has released.
  #arrive(session: HostSession, snapshot: SessionSnapshot, reason: ReloadReason): void {
    if (session.isDraining) this.#unnotified.push(session);
    session.takenOver(reason);
    this.#update(session, snapshot);
    this.#ports.sessions.rejoin(session, roomsOf(snapshot));
  }

  // One slice in each turn, even when many takeover events come one by one.
  #planNotices(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#time.loop.atTurnEnd(this.#notifySome);
  }

  readonly #notifySome = (): void => {
    this.#isPlanned = false;
    const { clock } = this.#time;
    const stopAt = clock.ticks() + this.#slice;
    while (this.#unnotified.length > 0 && clock.ticks() < stopAt) {
      const session = this.#unnotified.pop() as HostSession;
      const isDue = session.takeoverReason !== null && session.isOpened && session.busy === 0;
      if (isDue) this.#ports.notify(session);
    }
    if (this.#unnotified.length > 0) this.#planNotices();
  };
}

/** The sessions of the host, and how a script is notified of one. */
export interface SessionTakeoverPorts {
  readonly sessions: TakeoverTarget;
  /** Not called for a session whose first event has notified the script already. */
  readonly notify: (session: HostSession) => void;
}

/** Where the sessions go. */
interface TakeoverTarget {
  get(ref: SessionRef): HostSession | undefined;
  add(session: HostSession): void;
  /** A prepared session has ended meanwhile. */
  remove(session: HostSession): void;
  /** A prepared session arrives; these are its rooms now. */
  rejoin(session: HostSession, rooms: HostSession["rooms"]): void;
}

function roomsOf({ rooms, presence }: SessionSnapshot): HostSession["rooms"] {
  if (rooms.length === 0) return null;
  const shown = new Map(presence);
  return new Map(rooms.map((room) => [room, shown.get(room) ?? null]));
}
