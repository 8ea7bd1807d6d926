import { weightOf, withoutPayload } from "./event-weight.ts";
import type { ScriptEvent } from "../../boundary/events.ts";
import { HeldEvents } from "./held-events.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { Loop } from "../../boundary/clock.ts";
import type { DirectoryChange } from "../../boundary/directory-record.ts";
import type { Commit } from "../../boundary/batch.ts";
import type { Host, HostExit } from "../../boundary/host.ts";

/** Bounds of what goes to a host at once, and of what may wait for it. */
export interface DispatchLimits {
  readonly batchEvents: number;
  readonly batchBytes: number;
  readonly waitingEvents: number;
  readonly waitingBytes: number;
}

export interface DispatchListener {
  /** An event's handler has returned, or its promise has settled. Not told for messages and pongs. */
  onDone(event: ScriptEvent): void;
  /** A fault has cost an event: it is not delivered again. */
  onLost(event: ScriptEvent, why: "culprit" | "interrupted"): void;
  /** More waits for the host than is allowed (or no longer): reading must pause (or may go on). */
  onPressure(high: boolean): void;
  /** Directory changes that the host has not been told. */
  takeChanges(): readonly DirectoryChange[];
}

/**
 * Hands a host its events: in order, in batches, one batch in flight. Keeps each until it is done or pending, so
 * that after a fault a fresh incarnation gets all that had no effect yet, and nothing twice.
 */
export class Dispatcher {
  #queue: ScriptEvent[] = [];
  #queueHead = 0;
  #batch: readonly ScriptEvent[] = NOTHING;
  #batchFirst = 1;
  #through = 0;
  #next = 1;
  readonly #pending = new Map<number, ScriptEvent>();
  readonly #waiting = new Map<number, ScriptEvent>();
  /** Numbers of the batch in flight that a fault has cost. */
  readonly #removed = new Set<number>();
  #waitingCount = 0;
  #waitingBytes = 0;
  #isHigh = false;
  #isPlanned = false;
  /** How many of the next events go one at a time, because one of them is a culprit and it is not known which. */
  #suspects = 0;
  #isAlone = false;
  #host: Host | null = null;
  /** Sessions whose events wait because they are still with the host before. */
  #held: HeldEvents | null = null;
  /** Up to this number events are the host's before; it may still settle them. */
  #elder = 0;
  readonly #loop: Loop;
  readonly #limits: DispatchLimits;
  readonly #listener: DispatchListener;

  constructor(loop: Loop, limits: DispatchLimits, listener: DispatchListener) {
    this.#loop = loop;
    this.#limits = limits;
    this.#listener = listener;
  }

  /** How many events wait for the host or are being handled. */
  get waiting(): number {
    return this.#waitingCount;
  }

  /** How many handlers wait for a promise. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Whether the host has events in hand that it has not acknowledged. */
  get isInFlight(): boolean {
    return this.#through !== this.#next - 1;
  }

  /** An event that has been delivered and not acknowledged. */
  delivered(number: number): ScriptEvent | undefined {
    return this.#waiting.get(number) ?? this.#inFlight(number);
  }

  get isIdle(): boolean {
    return this.#waitingCount === 0 && this.#pending.size === 0;
  }

  push(event: ScriptEvent): void {
    this.#count(event, 1);
    if (this.#held !== null && this.#held.take(event)) return;
    this.#queue.push(event);
    this.#plan();
  }

  /** Sends nothing more until another host has taken over, or this one goes on. */
  pause(): Host | null {
    const host = this.#host;
    this.#host = null;
    return host;
  }

  resume(host: Host): void {
    this.#host = host;
    this.#plan();
  }

  /**
   * Another host takes over between two batches; `first` is delivered before all that waits. The one before keeps the
   * handlers that wait for a promise, and the events of these sessions wait with them.
   */
  handOver(host: Host, first: ScriptEvent, staying: readonly SessionRef[]): number {
    const again = this.#takeUnacknowledged();
    const waiting = again.concat(this.#queue.slice(this.#queueHead));
    const held = new HeldEvents(staying);
    this.#queue = waiting.filter((event) => !held.take(event));
    this.#queueHead = 0;
    this.#held = held.size === 0 ? null : held;
    this.#elder = this.#next - 1;
    return this.connect(host, [first]);
  }

  /** Whether the host before has handlers that wait for a promise. */
  get hasDraining(): boolean {
    for (const number of this.#pending.keys()) if (number <= this.#elder) return true;
    return false;
  }

  get heldSessions(): readonly SessionRef[] {
    return this.#held?.sessions() ?? [];
  }

  /** What the host before has settled. */
  settleDraining(commit: Commit): void {
    for (const number of commit.settled) this.#settle(number);
    this.#relax();
  }

  /** A session has arrived; `first` is delivered before the events that waited for it. Null when it has gone. */
  release(session: SessionRef, first: ScriptEvent | null): void {
    if (this.#held?.has(session) !== true) return;
    const events = this.#held.release(session);
    if (this.#held.size === 0) this.#held = null;
    if (first !== null) this.#count(first, 1);
    this.#queue.push(...(first === null ? [] : [first]), ...events);
    this.#plan();
  }

  /** The host before has ended: what it had not settled is lost. */
  abandonDraining(): void {
    for (const [number, event] of [...this.#pending]) {
      if (number > this.#elder) continue;
      this.#pending.delete(number);
      this.#listener.onLost(event, "interrupted");
    }
  }

  /** Sees to it that directory changes reach the host even if no event does. */
  wake(): void {
    this.#plan();
  }

  /**
   * A fresh incarnation takes over; `first` is delivered before all that waits. Answers the number of the first event
   * after it.
   */
  connect(host: Host, first: readonly ScriptEvent[]): number {
    const again = [...first, ...this.#takeUnacknowledged()];
    for (const event of first) this.#count(event, 1);
    if (this.#suspects > 0) this.#suspects = again.length;
    this.#queue = again.concat(this.#queue.slice(this.#queueHead));
    this.#queueHead = 0;
    this.#host = host;
    this.#plan();
    return this.#next + first.length;
  }

  /** The incarnation is given up: finds the culprit, and what was interrupted. Neither is delivered again. */
  disconnect(exit: HostExit): ScriptEvent | null {
    this.#host = null;
    const interrupted = this.#takePending();
    const culprit = this.#isBlamed(exit) ? this.#removeUnacknowledged(exit.event) : null;
    for (const number of exit.promised) {
      const event = this.#removeUnacknowledged(number);
      if (event !== null) interrupted.push(event);
    }
    if (culprit !== null) this.#listener.onLost(culprit, "culprit");
    for (const event of interrupted) this.#listener.onLost(event, "interrupted");
    this.#relax();
    return culprit;
  }

  #takePending(): ScriptEvent[] {
    const own = [...this.#pending].filter(([number]) => number > this.#elder);
    for (const [number] of own) this.#pending.delete(number);
    return own.map(([, event]) => event);
  }

  /** There is no host any more, and none will come: what waits is handed back. */
  drop(): ScriptEvent[] {
    const queued = this.#queue.slice(this.#queueHead);
    const events = [...this.#takeUnacknowledged(), ...queued, ...(this.#held?.all() ?? [])];
    this.#held = null;
    this.#emptyQueue();
    for (const event of events) this.#count(event, -1);
    this.#relax();
    return events;
  }

  /** Takes an acknowledgement. Answers whether the host has been sent a further batch of events. */
  acknowledge(commit: Commit): boolean {
    if (commit.through > this.#through) this.#advance(commit);
    else this.#move(commit);
    for (const number of commit.settled) this.#settle(number);
    this.#relax();
    return this.#through === this.#next - 1 && this.#send();
  }

  #plan(): void {
    if (this.#isPlanned || this.#host === null || this.#through !== this.#next - 1) return;
    this.#isPlanned = true;
    this.#loop.atTurnEnd(this.#sendPlanned);
  }

  readonly #sendPlanned = (): void => {
    this.#isPlanned = false;
    if (this.#through === this.#next - 1) this.#send();
  };

  #send(): boolean {
    if (this.#host === null) return false;
    const changes = this.#listener.takeChanges();
    const events = this.#takeBatch();
    if (events.length === 0 && changes.length === 0) return false;
    this.#batch = events;
    this.#batchFirst = this.#next;
    this.#next += events.length;
    this.#isAlone = this.#suspects > 0;
    if (this.#isAlone) this.#suspects -= events.length;
    this.#host.deliver({ first: this.#batchFirst, events, changes });
    return events.length > 0;
  }

  #takeBatch(): readonly ScriptEvent[] {
    if (this.#queueHead === this.#queue.length) return NOTHING;
    const from = this.#queueHead;
    const end = Math.min(this.#queue.length, from + (this.#suspects > 0 ? 1 : this.#limits.batchEvents));
    let to = from;
    let bytes = 0;
    while (to < end && bytes < this.#limits.batchBytes)
      bytes += LEAST_WEIGHT + weightOf(this.#queue[to++] as ScriptEvent);
    const batch = this.#queue.slice(from, to);
    this.#queueHead = to;
    if (to === this.#queue.length) this.#emptyQueue();
    else if (to > COMPACT_AT) this.#compactQueue();
    return batch;
  }

  #emptyQueue(): void {
    this.#queue = [];
    this.#queueHead = 0;
  }

  #compactQueue(): void {
    this.#queue = this.#queue.slice(this.#queueHead);
    this.#queueHead = 0;
  }

  #advance(commit: Commit): void {
    const from = this.#through + 1;
    this.#through = commit.through;
    this.#move(commit);
    for (let number = from; number <= commit.through; number += 1) {
      if (this.#waiting.has(number) || this.#pending.has(number)) continue;
      this.#finish(this.#batch[number - this.#batchFirst] as ScriptEvent);
    }
  }

  // Pending events have had an effect and do not count as waiting; those behind them have had none and do.
  #move(commit: Commit): void {
    for (const number of commit.waiting) {
      this.#waiting.set(number, this.#batch[number - this.#batchFirst] as ScriptEvent);
    }
    for (const number of commit.pending) {
      const event = this.#waiting.get(number) ?? (this.#batch[number - this.#batchFirst] as ScriptEvent);
      this.#waiting.delete(number);
      this.#pending.set(number, withoutPayload(event));
      this.#count(event, -1);
    }
  }

  #settle(number: number): void {
    const pending = this.#pending.get(number);
    if (pending !== undefined) {
      this.#pending.delete(number);
      this.#tellDone(pending);
      return;
    }
    const waiting = this.#waiting.get(number);
    if (waiting === undefined) return;
    this.#waiting.delete(number);
    this.#finish(waiting);
  }

  #finish(event: ScriptEvent): void {
    this.#count(event, -1);
    this.#tellDone(event);
  }

  #tellDone(event: ScriptEvent): void {
    if (event.kind !== "message" && event.kind !== "pong") this.#listener.onDone(event);
  }

  // A fault in the microtasks of a batch cannot be put on one event, unless there was only one: so the others are
  // delivered again one at a time, and the one that does it again is known.
  #isBlamed({ phase, event }: HostExit): boolean {
    if (phase === "event") return true;
    const isOfBatch = phase === "microtasks" && this.#inFlight(event) !== undefined;
    const isAlone = this.#isAlone || this.#batch.length === 1;
    if (isOfBatch && !isAlone) this.#suspects = 1;
    return isOfBatch && isAlone;
  }

  #removeUnacknowledged(number: number): ScriptEvent | null {
    const event = this.#waiting.get(number) ?? this.#inFlight(number);
    if (event === undefined) return null;
    this.#waiting.delete(number);
    this.#removed.add(number);
    this.#count(event, -1);
    return event;
  }

  #inFlight(number: number): ScriptEvent | undefined {
    if (number <= this.#through || this.#removed.has(number)) return undefined;
    return this.#batch[number - this.#batchFirst];
  }

  #takeUnacknowledged(): ScriptEvent[] {
    const events = [...this.#waiting].sort(([a], [b]) => a - b).map(([, event]) => event);
    for (let number = this.#through + 1; number < this.#next; number += 1) {
      const event = this.#inFlight(number);
      if (event !== undefined) events.push(event);
    }
    this.#waiting.clear();
    this.#removed.clear();
    this.#batch = NOTHING;
    this.#through = this.#next - 1;
    return events.filter((event) => !this.#isOutdated(event));
  }

  // The next incarnation is told anew which sessions there are.
  #isOutdated(event: ScriptEvent): boolean {
    if (event.kind !== "takeover") return false;
    this.#count(event, -1);
    return true;
  }

  #count(event: ScriptEvent, by: 1 | -1): void {
    this.#waitingCount += by;
    this.#waitingBytes += by * weightOf(event);
    if (by === 1 && !this.#isHigh) this.#press();
  }

  #press(): void {
    const { waitingEvents, waitingBytes } = this.#limits;
    if (this.#waitingCount <= waitingEvents && this.#waitingBytes <= waitingBytes) return;
    this.#isHigh = true;
    this.#listener.onPressure(true);
  }

  // Reading goes on when half has been handled: not at the first event, which would flap.
  #relax(): void {
    if (!this.#isHigh) return;
    const { waitingEvents, waitingBytes } = this.#limits;
    if (this.#waitingCount > waitingEvents / 2 || this.#waitingBytes > waitingBytes / 2) return;
    this.#isHigh = false;
    this.#listener.onPressure(false);
  }
}

const NOTHING: readonly ScriptEvent[] = Object.freeze([]);
const COMPACT_AT = 4096;
/** What an event counts for in a batch beyond what it carries, in bytes. */
const LEAST_WEIGHT = 64;
