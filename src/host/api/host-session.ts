// Host: a session on the host that serves it: its state, live attributes, rooms and the script's instance.
import { plainPath } from "../../boundary/text/path.ts";
import type { Handshake, ReloadReason, ScriptEvent, SessionSnapshot } from "../../boundary/events.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { SessionState } from "../../boundary/directory-record.ts";

/**
 * A session as its host knows it. Its state changes only here, by methods that say what happened. The scheduler writes
 * `busy` and `waiting`, the replica `rooms`, the dialect `attributes`, `instance` and (when it is restored) `saved`.
 */
export class HostSession {
  readonly ref: SessionRef;
  /** Replaced once: when it is accepted with a subprotocol of its own. */
  handshake: Handshake;
  #state: SessionState;
  /** Each with what the session shows in it, as JSON; null for nothing. */
  rooms: Map<string, string | null> | null = null;
  /** Live values: the same identity at every read. The front holds clones. */
  attributes: Map<string, unknown> | null = null;
  /** Owned by the dialect: its program's state for this session. */
  instance: unknown = null;
  /** The number of the event whose handler has not settled; 0 when there is none; `BETWEEN_SLICES` or `NOTIFYING`. */
  busy = 0;
  waiting: WaitingEvent[] | null = null;
  /** The state that the previous version saved; `undefined` when there is none, or when it has been restored. */
  saved: unknown = undefined;
  #admission: "undecided" | "accepted" | "opened" | "away" = "undecided";
  #takeover: ReloadReason | "draining" | null = null;

  constructor(ref: SessionRef, handshake: Handshake, state: SessionState) {
    this.ref = ref;
    this.handshake = handshake;
    this.#state = state;
  }

  get id(): string {
    return this.handshake.id;
  }

  get route(): string {
    return this.handshake.route;
  }

  get path(): string {
    return plainPath(this.handshake.path);
  }

  get address(): string {
    return this.handshake.address;
  }

  get state(): SessionState {
    return this.#state;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Whether its upgrade was accepted: the 101 is on its way, or has been sent. */
  get isAccepted(): boolean {
    return this.#admission !== "undecided";
  }

  /** Whether `open` was handled: the script gets a close only for a session that it has seen open. */
  get isOpened(): boolean {
    return this.#admission === "opened" || this.isAway;
  }

  /** Whether it has lost its connection and waits for its client. */
  get isAway(): boolean {
    return this.#admission === "away";
  }

  /** Whether a handler waits for a promise. */
  get isPending(): boolean {
    return this.busy > 0 || this.busy === NOTIFYING;
  }

  /** Set while this host has taken the session over and the script does not know yet. */
  get takeoverReason(): ReloadReason | null {
    return this.#takeover === "draining" ? null : this.#takeover;
  }

  /** Whether the previous version still serves it, until its pending handler has settled. */
  get isDraining(): boolean {
    return this.#takeover === "draining";
  }

  accepted(): void {
    this.#admission = "accepted";
  }

  /** The script may have closed it before the 101: then it stays closing. */
  opened(): void {
    if (this.#state === "connecting") this.#state = "open";
    this.#admission = "opened";
    this.#takeover = null;
  }

  /** Its connection is lost, or there again. */
  setAway(isAway: boolean): void {
    if (this.isOpened) this.#admission = isAway ? "away" : "opened";
  }

  closing(): void {
    this.#state = "closing";
  }

  closed(): void {
    this.#state = "closed";
  }

  takenOver(reason: ReloadReason): void {
    this.#takeover = reason;
  }

  /** The script knows of the takeover. */
  notified(): void {
    this.#takeover = null;
  }

  /** The front's copy is the current one: another host has served the session until now. */
  update({ handshake, state, isOpened, isAway = false, isDraining }: SessionSnapshot): void {
    if (handshake !== null) this.handshake = handshake;
    this.#state = state;
    this.#admission = isOpened ? "opened" : "undecided";
    this.setAway(isAway);
    if (isDraining === true) this.#takeover = "draining";
    else if (this.#takeover === "draining") this.#takeover = null;
  }
}

/** An event that waits behind a pending one of its session. */
export interface WaitingEvent {
  readonly number: number;
  readonly event: ScriptEvent;
}

/** Busy with no event: waiting events continue in the next turn, or when the script has been notified of the reload. */
export const BETWEEN_SLICES = -1;
export const NOTIFYING = -2;
