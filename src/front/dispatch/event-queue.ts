// Front: the queue of events for one host: bounded, cut into batches, and reported when it is too long.
import type { ScriptEvent } from "../../boundary/events.ts";
import { weightOf } from "./event-weight.ts";

/**
 * Events for one host, in order. An event counts from the moment it comes until its handler has had an effect, whether
 * it is queued here or with the host; `onPressure` is called when too many count, and again when half are done.
 */
export class EventQueue {
  #events: ScriptEvent[] = [];
  #head = 0;
  #counted = 0;
  #countedBytes = 0;
  #isHigh = false;
  readonly #limits: DispatchLimits;
  readonly #listener: PressureListener;

  constructor(limits: DispatchLimits, listener: PressureListener) {
    this.#limits = limits;
    this.#listener = listener;
  }

  /** How many events count: queued, held, or with the host. */
  get counted(): number {
    return this.#counted;
  }

  /** Counts an event that comes. */
  count(event: ScriptEvent): void {
    this.#counted += 1;
    this.#countedBytes += weightOf(event);
    if (!this.#isHigh) this.#press();
  }

  /** Stops counting an event; call `relax` after the last one. */
  uncount(event: ScriptEvent): void {
    this.#counted -= 1;
    this.#countedBytes -= weightOf(event);
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
    this.#events.push(event);
  }

  /** Puts events before all others. */
  prepend(events: ScriptEvent[]): void {
    this.#events = events.concat(this.#events.slice(this.#head));
    this.#head = 0;
  }

  /** Takes the next batch, of `most` events at most. */
  take(most: number): readonly ScriptEvent[] {
    if (this.#head === this.#events.length) return NO_EVENTS;
    const to = this.#endOfBatch(most);
    const batch = this.#events.slice(this.#head, to);
    this.#head = to;
    if (to === this.#events.length) this.#clear();
    else if (to > COMPACT_AT) this.#compact();
    return batch;
  }

  takeAll(): ScriptEvent[] {
    const events = this.#events.slice(this.#head);
    this.#clear();
    return events;
  }

  #endOfBatch(most: number): number {
    const end = Math.min(this.#events.length, this.#head + Math.min(most, this.#limits.batchEvents));
    let to = this.#head;
    let bytes = 0;
    while (to < end && bytes < this.#limits.batchBytes)
      bytes += LEAST_WEIGHT + weightOf(this.#events[to++] as ScriptEvent);
    return to;
  }

  #clear(): void {
    this.#events = [];
    this.#head = 0;
  }

  #compact(): void {
    this.#events = this.#events.slice(this.#head);
    this.#head = 0;
  }

  #press(): void {
    const { waitingEvents, waitingBytes } = this.#limits;
    if (this.#counted <= waitingEvents && this.#countedBytes <= waitingBytes) return;
    this.#isHigh = true;
    this.#listener.onPressure(true);
  }
}

export interface PressureListener {
  /** Too many events wait for the host (or no longer): reading must pause (or may resume). */
  onPressure(high: boolean): void;
}

/** Bounds of one batch, and of what may wait for a host. */
export interface DispatchLimits {
  readonly batchEvents: number;
  readonly batchBytes: number;
  readonly waitingEvents: number;
  readonly waitingBytes: number;
}

export const NO_EVENTS: readonly ScriptEvent[] = Object.freeze([]);

const COMPACT_AT = 4096;
/** The weight of an event in a batch beyond its payload, in bytes. */
const LEAST_WEIGHT = 64;
