import type { TakeoverEvent, SessionSnapshot, Handshake, ReloadReason } from "../../boundary/events.ts";
import { NOTIFYING, HostSession } from "../api/host-session.ts";
import type { PackedSessions } from "../../boundary/handover.ts";
import { OwnedSessions } from "../api/owned-sessions.ts";
import type { PendingHandlers } from "../runtime/pending.ts";
import { forEachAttribute, forEachSaved } from "../../boundary/packed-sessions.ts";
import type { Clock, Loop } from "../../boundary/clock.ts";

/** What takes sessions over from an earlier incarnation or version. */
export interface SessionTakeoverPorts {
  readonly clock: Clock;
  readonly loop: Loop;
  own(ref: number): HostSession | undefined;
  add(session: HostSession): void;
  /** A session that was told of beforehand has ended since. */
  remove(session: HostSession): void;
  /** A session that has been told of comes at last; its rooms are these now. */
  rejoin(session: HostSession, rooms: readonly string[]): void;
  /** Tells the script of one session; called unless the session's first event has done so before. */
  tell(session: HostSession): void;
  /** The script has taken its time to hear of a session, and that is over, or given up. */
  told(session: HostSession, isGivenUp: boolean): void;
  readonly pendings: PendingHandlers;
}

/**
 * Sessions that a fresh host takes over. Each is told to the script before its first event; those without an event
 * follow in slices, so that ten thousand of them delay nobody.
 */
export class SessionTakeover {
  #untold: HostSession[] = [];
  #isTelling = false;
  /** Sessions that will be taken over, unless they change or go before; null when there are none. */
  #prepared: OwnedSessions | null = null;
  readonly #ports: SessionTakeoverPorts;
  readonly #slice: number;

  constructor(ports: SessionTakeoverPorts, slice: number) {
    this.#ports = ports;
    this.#slice = slice;
  }

  /** Makes them ready while nobody waits, so that at the moment of taking over there is hardly anything to do. */
  prepare(adoptions: readonly SessionSnapshot[]): void {
    const prepared = (this.#prepared ??= new OwnedSessions());
    for (const adoption of adoptions) {
      const known = prepared.get(adoption.session);
      if (known !== undefined) {
        update(known, adoption);
        prepared.setRooms(known, adoption.rooms);
      } else if (adoption.handshake !== null) prepared.add(this.#make(adoption, adoption.handshake));
    }
  }

  /** All that has been prepared; it is the caller's now. */
  takePrepared(): OwnedSessions | null {
    const prepared = this.#prepared;
    this.#prepared = null;
    return prepared;
  }

  /** The live values of the version before are newer than what it set, and older than all that came after the telling. */
  receiveState(left: PackedSessions): void {
    const find = (ref: number): HostSession | undefined => {
      const session = this.#prepared?.get(ref) ?? this.#ports.own(ref);
      return session?.takenOver === null ? undefined : session;
    };
    forEachSaved(left, (ref, value) => {
      const session = find(ref);
      if (session !== undefined) session.saved = value;
    });
    forEachAttribute(left, (ref, key, value) => {
      const attributes = find(ref)?.attributes;
      if (attributes?.has(key) === true) attributes.set(key, value);
    });
  }

  takeOver({ sessions: adoptions, ended: gone = [], packed: left, reason }: TakeoverEvent): void {
    for (const ref of gone) this.#forget(ref);
    for (const adoption of adoptions) this.#take(adoption, reason);
    if (left !== undefined) this.receiveState(left);
    this.#planTelling();
  }

  /** There is no event that could be pending, and yet the session's first one waits until its script has been told. */
  wait(session: HostSession, telling: PromiseLike<unknown> | null): void {
    if (telling === null) return;
    let isGivenUp = false;
    session.busy = NOTIFYING;
    const told = this.#ports.pendings.bounded(telling, () => (isGivenUp = true));
    void told.then(() => this.#ports.told(session, isGivenUp));
  }

  /** This host is replaced in its turn: who has not been told will be told by the next. */
  end(): void {
    this.#untold = [];
  }

  #make(adoption: SessionSnapshot, handshake: Handshake): HostSession {
    const session = new HostSession(adoption.session, handshake, adoption.state);
    update(session, adoption);
    session.rooms = adoption.rooms.length === 0 ? null : new Set(adoption.rooms);
    session.takenOver = "reload";
    this.#untold.push(session);
    return session;
  }

  #forget(ref: number): void {
    const session = this.#ports.own(ref);
    if (session === undefined) return;
    session.takenOver = null;
    this.#ports.remove(session);
  }

  #take(adoption: SessionSnapshot, reason: ReloadReason): void {
    const known = this.#ports.own(adoption.session);
    if (known === undefined) this.#add(adoption, reason);
    else if (known.isDraining || known.takenOver !== null) this.#arrive(known, adoption, reason);
  }

  #add(adoption: SessionSnapshot, reason: ReloadReason): void {
    if (adoption.handshake === null) return;
    const session = this.#make(adoption, adoption.handshake);
    session.takenOver = adoption.isDraining === true ? null : reason;
    this.#ports.add(session);
  }

  #arrive(session: HostSession, adoption: SessionSnapshot, reason: ReloadReason): void {
    if (session.isDraining) this.#untold.push(session);
    update(session, adoption);
    session.takenOver = session.isDraining ? null : reason;
    this.#ports.rejoin(session, adoption.rooms);
  }

  // One slice a turn, however many have come one by one.
  #planTelling(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#ports.loop.atTurnEnd(this.#tellSome);
  }

  readonly #tellSome = (): void => {
    this.#isTelling = false;
    const stopAt = this.#ports.clock.ticks() + this.#slice;
    while (this.#untold.length > 0 && this.#ports.clock.ticks() < stopAt) {
      const session = this.#untold.pop() as HostSession;
      if (session.takenOver !== null && session.isOpened && session.busy === 0) this.#ports.tell(session);
    }
    if (this.#untold.length > 0) this.#planTelling();
  };
}

function update(session: HostSession, adoption: SessionSnapshot): void {
  session.state = adoption.state;
  session.isOpened = adoption.isOpened;
  session.isDraining = adoption.isDraining === true;
  session.attributes = adoption.attributes.length === 0 ? null : new Map(adoption.attributes);
}
