// Front: the events that a host has got and not finished: acknowledges them, and says which are delivered again.
import type { Commit } from "../../boundary/batch.ts";
import type { ScriptEvent } from "../../boundary/events.ts";
import type { HostExit } from "../../boundary/host.ts";
import { withoutPayload } from "./event-weight.ts";
import { NO_EVENTS, type EventQueue } from "./event-queue.ts";

/**
 * Keeps the batch in flight, the events that wait behind a pending one of their session, and the pending ones. Pending
 * events have had an effect: they are not counted and never delivered again. All others are, after a fault.
 */
export class InFlight {
  #batch: readonly ScriptEvent[] = NO_EVENTS;
  #batchFirst = 1;
  #through = 0;
  #next = 1;
  #pending = new Map<number, ScriptEvent>();
  readonly #waiting = new Map<number, ScriptEvent>();
  /** Numbers of the batch in flight that a fault has cost. */
  readonly #removed = new Set<number>();
  /** How many of the next events go one at a time: one of them is the culprit, and it is not known which. */
  #suspects = 0;
  /** Whether the batch in flight is one of them. */
  #wasSuspect = false;
  readonly #queue: EventQueue;
  readonly #onDone: (event: ScriptEvent) => void;

  constructor(queue: EventQueue, onDone: (event: ScriptEvent) => void) {
    this.#queue = queue;
    this.#onDone = onDone;
  }

  /** Whether the host has events that it has not acknowledged. */
  get isUnacknowledged(): boolean {
    return this.#through !== this.#next - 1;
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** The number of the next event that is delivered. */
  get next(): number {
    return this.#next;
  }

  /** How many events the next batch may hold. */
  get batchLimit(): number {
    return this.#suspects > 0 ? 1 : Infinity;
  }

  /** Notes a batch that is being delivered. Returns the number of its first event. */
  deliver(events: readonly ScriptEvent[]): number {
    this.#batch = events;
    this.#batchFirst = this.#next;
    this.#next += events.length;
    this.#wasSuspect = this.#suspects > 0;
    if (this.#wasSuspect) this.#suspects -= events.length;
    return this.#batchFirst;
  }

  /** An event that has been delivered and not acknowledged. */
  delivered(number: number): ScriptEvent | undefined {
    return this.#waiting.get(number) ?? this.#ofBatch(number);
  }

  /** What is wrong with an acknowledgement, in a few words: a host can only have begun what was delivered to it. */
  problemWith({ through, pending, waiting, settled }: Commit): string | null {
    if (through >= this.#next) return `it acknowledges event ${through}, which was not delivered`;
    for (const number of pending)
      if (!this.#mayMove(number, through)) return `event ${number} cannot be pending`;
    for (const number of waiting)
      if (!this.#mayMove(number, through)) return `event ${number} cannot be waiting`;
    for (const number of settled)
      if (number >= this.#next) return `it settles event ${number}, which was not delivered`;
    return null;
  }

  acknowledge(commit: Commit): void {
    const from = this.#through + 1;
    if (commit.through > this.#through) this.#through = commit.through;
    this.#move(commit);
    const areAllDone = this.#waiting.size === 0 && this.#pending.size === 0;
    for (let number = from; number <= this.#through; number += 1) {
      if (!areAllDone && (this.#waiting.has(number) || this.#pending.has(number))) continue;
      this.#finish(this.#batch[number - this.#batchFirst] as ScriptEvent, isIn(commit.discarded, number));
    }
    for (const number of commit.settled) this.#settle(number, isIn(commit.discarded, number));
    // The next batch may be far off, and these may be large.
    if (!this.isUnacknowledged) this.#batch = NO_EVENTS;
  }

  /** The event that a fault is blamed on, if any: it is not delivered again. */
  takeCulprit(exit: HostExit): ScriptEvent | null {
    return this.#isBlamed(exit) ? this.remove(exit.event) : null;
  }

  /** Takes an event out, so that it is not delivered again. */
  remove(number: number): ScriptEvent | null {
    const event = this.delivered(number);
    if (event === undefined) return null;
    this.#waiting.delete(number);
    this.#removed.add(number);
    this.#queue.uncount(event);
    return event;
  }

  /** The pending events, by number: from now on they are the caller's. */
  takePending(): Map<number, ScriptEvent> {
    const pending = this.#pending;
    this.#pending = new Map();
    return pending;
  }

  /** Takes all events that are to be delivered again, in order: without those that are of this incarnation only. */
  takeUnacknowledged(): ScriptEvent[] {
    const events = [...this.#waiting].sort(([a], [b]) => a - b).map(([, event]) => event);
    for (let number = this.#through + 1; number < this.#next; number += 1) {
      const event = this.#ofBatch(number);
      if (event !== undefined) events.push(event);
    }
    this.#waiting.clear();
    this.#removed.clear();
    this.#batch = NO_EVENTS;
    this.#through = this.#next - 1;
    for (const event of events) if (isLastOf(event)) this.#queue.uncount(event);
    return events.filter((event) => !isLastOf(event));
  }

  /** While a culprit is looked for, these go one at a time as well. */
  suspect(events: readonly ScriptEvent[]): void {
    if (this.#suspects > 0) this.#suspects = events.length;
  }

  #move(commit: Commit): void {
    for (const number of commit.waiting) {
      if (this.#waiting.has(number) || this.#pending.has(number)) continue;
      this.#waiting.set(number, this.#batch[number - this.#batchFirst] as ScriptEvent);
    }
    for (const number of commit.pending) {
      if (this.#pending.has(number)) continue;
      const event = this.#waiting.get(number) ?? (this.#batch[number - this.#batchFirst] as ScriptEvent);
      this.#waiting.delete(number);
      this.#pending.set(number, withoutPayload(event));
      this.#queue.uncount(event);
    }
  }

  // One that is pending already stays so.
  #mayMove(number: number, through: number): boolean {
    const isOfBatch = number > this.#through && number <= through;
    return isOfBatch || this.#waiting.has(number) || this.#pending.has(number);
  }

  #settle(number: number, isDiscarded: boolean): void {
    const pending = this.#pending.get(number);
    if (pending !== undefined) {
      this.#pending.delete(number);
      this.#queue.settle(pending);
      this.#onDone(pending);
      return;
    }
    const waiting = this.#waiting.get(number);
    if (waiting === undefined) return;
    this.#waiting.delete(number);
    this.#finish(waiting, isDiscarded);
  }

  #finish(event: ScriptEvent, isDiscarded: boolean): void {
    this.#queue.finish(event, isDiscarded);
    this.#onDone(event);
  }

  // A fault in the microtasks of a batch cannot be blamed on one event, unless the batch had only one. So the events are
  // delivered again one at a time, and the one that does it again is the culprit. The same goes for a host that ends
  // when it has handled a batch, and before its commit arrives: a handler may have closed its way to the front.
  #isBlamed({ phase, event }: HostExit): boolean {
    if (phase === "event") return true;
    if ((phase !== "microtasks" && phase !== "idle") || this.#ofBatch(event) === undefined) return false;
    const isAlone = this.#batch.length === 1 && (phase === "microtasks" || this.#wasSuspect);
    if (!isAlone) this.#suspects = 1;
    return isAlone;
  }

  #ofBatch(number: number): ScriptEvent | undefined {
    if (number <= this.#through || this.#removed.has(number)) return undefined;
    return this.#batch[number - this.#batchFirst];
  }
}

function isIn(numbers: readonly number[], number: number): boolean {
  return numbers.length > 0 && numbers.includes(number);
}

/** Whether the event is of a connection to another server: those end with the incarnation that has opened them. */
export function isOfIncarnation(event: ScriptEvent): boolean {
  return "client" in event;
}

// The next incarnation gets a takeover of its own.
function isLastOf(event: ScriptEvent): boolean {
  return event.kind === "takeover" || isOfIncarnation(event);
}
