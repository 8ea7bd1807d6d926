import type { Handshake, ReloadReason, ScriptEvent } from "../../boundary/events.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { SessionState } from "../../boundary/directory-record.ts";

/** An event that waits behind a pending one of its session. */
export interface WaitingEvent {
  readonly number: number;
  readonly event: ScriptEvent;
}

/** Busy with no event: what waits goes on in the next turn, or when its script has been told of the reload. */
export const BETWEEN_SLICES = -1;
export const NOTIFYING = -2;

/** A session as the host that serves it knows it: the live attributes, the memberships, the script's instance. */
export class HostSession {
  readonly ref: SessionRef;
  readonly handshake: Handshake;
  state: SessionState;
  rooms: Set<string> | null = null;
  /** Live values: the same identity at every read. The front holds clones. */
  attributes: Map<string, unknown> | null = null;
  /** Owned by the dialect: its program's state for this session. */
  instance: unknown = null;
  /** The number of the event whose handler has not settled; 0 when none; one of the two above. */
  busy = 0;
  waiting: WaitingEvent[] | null = null;
  /** Set when this host took the session over and the script has not been told yet. */
  takenOver: ReloadReason | null = null;
  /** What the version of the script before has left of it; `undefined` when nothing, or when it has been restored. */
  saved: unknown = undefined;
  /** Whether it is known and its events still go to the version before. */
  isDraining = false;
  /** Whether its upgrade was accepted: the 101 is on its way. */
  isAccepted = false;
  /** Whether `open` was handled: no close is told to a script that never saw the session open. */
  isOpened = false;

  constructor(ref: SessionRef, handshake: Handshake, state: SessionState) {
    this.ref = ref;
    this.handshake = handshake;
    this.state = state;
  }

  get id(): string {
    return this.handshake.id;
  }

  get route(): string {
    return this.handshake.route;
  }

  get path(): string {
    return this.handshake.path;
  }

  get address(): string {
    return this.handshake.address;
  }

  /** Whether a handler waits for a promise. */
  get isPending(): boolean {
    return this.busy > 0 || this.busy === NOTIFYING;
  }

  get isOpen(): boolean {
    return this.state === "open";
  }
}
