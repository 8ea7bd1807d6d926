// Front: informs the host of a new version of the sessions, in slices, while the previous version still serves them.
import type { SessionSnapshot } from "../../boundary/events.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { Incarnation } from "../incarnation/incarnation.ts";
import type { IncarnationPorts } from "../incarnation/incarnation-ports.ts";
import type { Departure } from "./departure.ts";

/** Sends each session once, then only those that have changed since: little is left for the moment of the takeover. */
export class SessionSync {
  readonly #incarnation: Incarnation;
  readonly #front: SyncPorts;
  readonly #departure: Departure | null;
  /** Sessions that the new host knows and that have not ended. */
  readonly #known = new Set<SessionRef>();
  readonly #ended: SessionRef[] = [];
  #unsent: SessionRef[] = [];
  #changed: ReadonlySet<SessionRef> = new Set();
  #rounds = 0;

  constructor(incarnation: Incarnation, front: SyncPorts, departure: Departure | null) {
    this.#incarnation = incarnation;
    this.#front = front;
    this.#departure = departure;
  }

  /** Whether sessions have changed that the new host has not been informed of. */
  get hasChanges(): boolean {
    return this.#changed.size > 0;
  }

  start(): void {
    this.#changed = this.#front.sessions.watch();
    this.#unsent = this.#staying(this.#front.sessions.refs());
    this.#sendSlice();
  }

  /** Sends the sessions that have changed, if they are many. Returns whether it does: the host prepares once more. */
  repeat(): boolean {
    this.#rounds += 1;
    if (this.#changed.size <= FEW || this.#rounds >= ROUNDS) return false;
    this.#unsent = this.#takeChanged();
    this.#sendSlice();
    return true;
  }

  /** Sends the sessions that have changed, at once: state that the previous host leaves comes on top of them. */
  catchUp(): void {
    const changed = this.#takeChanged();
    if (changed.length > 0) this.#prepare(changed, false);
  }

  /** The sessions that the takeover event must hold: those that have changed, and those that drain. */
  takeLast(draining: Iterable<SessionRef>): LastSessions {
    const sessions = this.#snapshotsOf(this.#staying([...new Set([...this.#changed, ...draining])]));
    return { sessions, ended: this.#ended };
  }

  stop(): void {
    this.#unsent = [];
    this.#front.sessions.unwatch();
  }

  // The new host is not informed of sessions that leave for another one.
  #staying(refs: SessionRef[]): SessionRef[] {
    const departure = this.#departure;
    return departure === null ? refs : refs.filter((ref) => !departure.isLeaving(ref));
  }

  #takeChanged(): SessionRef[] {
    const changed = this.#staying([...this.#changed]);
    this.#changed = this.#front.sessions.watch();
    return changed;
  }

  readonly #sendSlice = (): void => {
    const slice = this.#unsent.splice(0, SLICE);
    const isLast = this.#unsent.length === 0;
    this.#prepare(slice, isLast);
    if (!isLast) this.#front.time.loop.atTurnEnd(this.#sendSlice);
  };

  // After the last slice the host loads what it can.
  #prepare(refs: readonly SessionRef[], isLast: boolean): void {
    const snapshots = this.#snapshotsOf(refs);
    this.#incarnation.host?.prepare?.(snapshots, isLast);
  }

  // A handshake never changes, so it is sent once.
  #snapshotsOf(refs: readonly SessionRef[]): SessionSnapshot[] {
    const snapshots = this.#front.sessions.snapshotsOf(refs);
    const living = new Set(snapshots.map(({ session }) => session));
    this.#ended.push(...refs.filter((ref) => !living.has(ref) && this.#known.delete(ref)));
    return snapshots.map((snapshot) => {
      if (this.#known.has(snapshot.session)) return { ...snapshot, handshake: null };
      this.#known.add(snapshot.session);
      return snapshot;
    });
  }
}

export type SyncPorts = Pick<IncarnationPorts, "time" | "sessions">;

/** The part of a takeover event that only the front knows. */
export interface LastSessions {
  readonly sessions: readonly SessionSnapshot[];
  /** Sessions that the new host was informed of and that have ended since. */
  readonly ended: readonly SessionRef[];
}

/** Sessions per turn of the front. */
const SLICE = 200;

/** When more sessions than this have changed, they are sent before the takeover; after this number of rounds, with it. */
const FEW = 100;
const ROUNDS = 3;
