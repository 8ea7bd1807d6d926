// Front: the queue of events for one host: bounded, cut into fair batches, and reported when it is too long.
import type { ScriptEvent } from "../../boundary/events.ts";
import type { ClientRef, SessionRef } from "../../boundary/refs.ts";
import type { InboundShare } from "../flow/inbound-share.ts";
import { weightOf } from "./event-weight.ts";
import { SessionTurns } from "./session-turns.ts";

/**
 * Events for one host, in the order in which they came, as long as one batch takes them all, or no session has more than
 * its share of them. Otherwise sessions take turns. An event counts from the moment it comes until its handler has had an effect, whether it is queued here or
 * with the host; `onPressure` is called when too many count, and again when half are done.
 */
export class EventQueue {
  /** Before all others, in order. */
  #first: ScriptEvent[] = [];
  /** From `#head` on; null where one was taken, which may be large and must not be kept. */
  #events: (ScriptEvent | null)[] = [];
  #head = 0;
  /** In place of `#events` from the moment that sessions must take turns until none is left. */
  readonly #turns = new SessionTurns();
  /** Whether a session has more than its share, or had when one of `#events` came. */
  #isUneven = false;
  #total = 0;
  #counted = 0;
  #countedBytes = 0;
  #isHigh = false;
  readonly #limits: DispatchLimits;
  readonly #listener: QueueListener;

  constructor(limits: DispatchLimits, listener: QueueListener) {
    this.#limits = limits;
    this.#listener = listener;
  }

  /** How many events count: queued, held, or with the host. */
  get counted(): number {
    return this.#counted;
  }

  /** Whether more counts than the limits allow, or did a moment ago. */
  get isFull(): boolean {
    return this.#isHigh;
  }

  /** Whether so much counts that no session may add to it. */
  get isOverfull(): boolean {
    const { waitingEvents, waitingBytes } = this.#limits;
    return this.#counted > 2 * waitingEvents || this.#countedBytes > 2 * waitingBytes;
  }

  /** How many events have ever come. */
  get total(): number {
    return this.#total;
  }

  /** Counts an event that comes. */
  count(event: Received): void {
    const weight = weightOf(event);
    this.#total += 1;
    this.#counted += 1;
    this.#countedBytes += weight;
    this.#hold(this.#shareOf(event), weight);
    if (!this.#isHigh) this.#press();
  }

  #shareOf(event: Received): InboundShare | null {
    if (event.kind === "message") {
      const { share } = event;
      if (share === undefined) return this.#listener.shareOf(event.session);
      return share.isEnded ? null : share;
    }
    if (event.kind === "call" || event.kind === "reply") return this.#listener.shareOf(event.session);
    return event.kind === "clientMessage" ? (this.#listener.clients?.shareOf(event.client) ?? null) : null;
  }

  #hold(share: InboundShare | null, weight: number): void {
    if (share === null) return;
    share.hold(weight);
    if (share.waiting > FAIR_EVENTS || share.bytes > FAIR_BYTES) this.#isUneven = true;
  }

  /** Stops counting an event; call `relax` after the last one. Returns what is known of its session's messages. */
  uncount(event: Received): InboundShare | null {
    const weight = weightOf(event);
    this.#counted -= 1;
    this.#countedBytes -= weight;
    const share = this.#shareOf(event);
    if (share === null) return null;
    share.release(weight);
    if (!share.isPaused) return share;
    if (event.kind === "message") this.#listener.onRelieved(event.session);
    else if ("client" in event) this.#listener.clients?.onRelieved(event.client);
    return share;
  }

  /** An event is done: it no longer counts. */
  finish(event: ScriptEvent, isDiscarded: boolean): void {
    const share = this.uncount(event);
    if (isDiscarded) share?.drop("closed");
    else share?.deliver();
  }

  /** An event that no longer counted, because its handler waited for a promise, is done. */
  settle(event: ScriptEvent): void {
    this.#shareOf(event)?.deliver();
  }

  /** Reading resumes when half has been handled. At the first event it would flap. */
  relax(): void {
    if (!this.#isHigh) return;
    const { waitingEvents, waitingBytes } = this.#limits;
    if (this.#counted > waitingEvents / 2 || this.#countedBytes > waitingBytes / 2) return;
    this.#isHigh = false;
    this.#listener.onPressure(false);
  }

  push(event: ScriptEvent): void {
    if (event.kind !== "message" && goesFirst(event)) this.#first.push(event);
    else if (this.#turns.size > 0) this.#turns.push(event);
    else this.#events.push(event);
  }

  /** Puts events before all others. */
  prepend(events: ScriptEvent[]): void {
    this.#first = events.concat(this.#first);
  }

  /** Takes the next batch, of `most` events at most. */
  take(most: number): readonly ScriptEvent[] {
    const limit = Math.min(most, this.#limits.batchEvents);
    const isInOrder = this.#first.length === 0 && this.#turns.size === 0;
    if (!isInOrder) return this.#takeInTurns(limit);
    if (this.#head === this.#events.length) return NO_EVENTS;
    const to = this.#endOfBatch(limit);
    if (this.#isUneven && to < this.#events.length) return this.#takeInTurns(limit);
    return this.#takeInOrder(to);
  }

  takeAll(): ScriptEvent[] {
    const all = [...this.#first, ...this.#turns.takeAll(), ...this.#takeEvents()];
    this.#first = [];
    return all;
  }

  /** Takes out the events that `isOut` chooses. */
  remove(isOut: (event: ScriptEvent) => boolean): ScriptEvent[] {
    const out: ScriptEvent[] = [];
    const isKept = (event: ScriptEvent): boolean => !isOut(event) || (out.push(event), false);
    this.#first = this.#first.filter(isKept);
    const inTurns = this.#turns.takeAll().filter(isKept);
    for (const event of inTurns) this.#turns.push(event);
    const isUneven = this.#isUneven;
    this.#events = this.#takeEvents().filter(isKept);
    this.#isUneven = isUneven;
    return out;
  }

  #endOfBatch(limit: number): number {
    const end = Math.min(this.#events.length, this.#head + limit);
    let to = this.#head;
    let bytes = 0;
    while (to < end && bytes < this.#limits.batchBytes)
      bytes += LEAST_WEIGHT + weightOf(this.#events[to++] as ScriptEvent);
    return to;
  }

  #takeInOrder(to: number): ScriptEvent[] {
    if (to === this.#events.length) return this.#takeEvents();
    const batch = this.#events.slice(this.#head, to) as ScriptEvent[];
    this.#events.fill(null, this.#head, to);
    if ((this.#head = to) > COMPACT_AT) this.#events = this.#takeEvents();
    return batch;
  }

  #takeEvents(): ScriptEvent[] {
    const events = this.#head === 0 ? this.#events : this.#events.slice(this.#head);
    this.#restart();
    return events as ScriptEvent[];
  }

  #restart(): void {
    this.#events = [];
    this.#head = 0;
    this.#isUneven = false;
  }

  #takeInTurns(limit: number): ScriptEvent[] {
    const batch: ScriptEvent[] = [];
    let bytes = 0;
    const hasRoom = (): boolean => batch.length < limit && bytes < this.#limits.batchBytes;
    const put = (event: ScriptEvent): void => {
      batch.push(event);
      bytes += LEAST_WEIGHT + weightOf(event);
    };
    let at = 0;
    for (; at < this.#first.length && hasRoom(); at += 1) put(this.#first[at] as ScriptEvent);
    this.#first = this.#first.slice(at);
    if (this.#first.length > 0) return batch;
    this.#spread();
    while (this.#turns.size > 0 && hasRoom()) put(this.#turns.shift() as ScriptEvent);
    return batch;
  }

  #spread(): void {
    for (const event of this.#takeEvents()) this.#turns.push(event);
  }

  #press(): void {
    const { waitingEvents, waitingBytes } = this.#limits;
    if (this.#counted <= waitingEvents && this.#countedBytes <= waitingBytes) return;
    this.#isHigh = true;
    this.#listener.onPressure(true);
  }
}

/** A message may bring its session's share: the hot path does not look for it. */
type Received = ScriptEvent & { readonly share?: InboundShare };

export interface QueueListener {
  /** Too many events wait for the host (or no longer): reading must pause (or may resume). */
  onPressure(high: boolean): void;
  /** The messages of a session; null when it has ended. */
  shareOf(session: SessionRef): InboundShare | null;
  /** Fewer messages wait of a session whose socket is paused. */
  onRelieved(session: SessionRef): void;
  /** The messages of connections to other servers; left out where there are none. */
  readonly clients?: ClientShares;
}

export interface ClientShares {
  /** Null when the connection has ended. */
  shareOf(client: ClientRef): InboundShare | null;
  /** Fewer messages wait of a connection that is paused. */
  onRelieved(client: ClientRef): void;
}

/** Bounds of one batch, and of what may wait for a host. */
export interface DispatchLimits {
  readonly batchEvents: number;
  readonly batchBytes: number;
  readonly waitingEvents: number;
  readonly waitingBytes: number;
}

export const NO_EVENTS: readonly ScriptEvent[] = Object.freeze([]);

/** The weight of an event in a batch beyond its payload, in bytes. */
const LEAST_WEIGHT = 64;
/** A session with more events or bytes than these has more than its share, if one batch cannot take all that waits. */
const FAIR_EVENTS = 32;
const FAIR_BYTES = 65_536;
const COMPACT_AT = 4096;

/**
 * Events that sessions must not overtake in their turns: those of the sessions that a takeover hands over, and those that
 * come when the files of their program have changed.
 */
function goesFirst({ kind }: ScriptEvent): boolean {
  return kind === "takeover" || kind === "files";
}
