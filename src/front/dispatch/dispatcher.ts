// Front: hands a host its events, in order, in batches, and keeps each until it is done.
import type { Commit } from "../../boundary/batch.ts";
import type { Loop } from "../../boundary/clock.ts";
import type { ScriptEvent } from "../../boundary/events.ts";
import type { Host, HostExit } from "../../boundary/host.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { TimeCounts } from "../flow/time-counts.ts";
import { BatchPace } from "./batch-pace.ts";
import type { DispatchListener, DispatchTime, Losses } from "./dispatch-ports.ts";
import { DrainingEvents } from "./draining-events.ts";
import { EventQueue, type DispatchLimits } from "./event-queue.ts";
import { InFlight, isOfIncarnation } from "./in-flight.ts";

/**
 * One batch is in flight at a time; events that come meanwhile wait. After a fault, the next incarnation gets all events
 * that have had no effect yet, and none twice.
 */
export class Dispatcher {
  readonly #queue: EventQueue;
  readonly #inFlight: InFlight;
  /** Events of the previous host; null when there is none. */
  #draining: DrainingEvents | null = null;
  #host: Host | null = null;
  #isPlanned = false;
  readonly #loop: Loop;
  readonly #pace: BatchPace;
  readonly #listener: DispatchListener;

  constructor({ loop, clock }: DispatchTime, limits: DispatchLimits, listener: DispatchListener) {
    this.#loop = loop;
    this.#pace = new BatchPace(clock);
    this.#listener = listener;
    this.#queue = new EventQueue(limits, listener);
    this.#inFlight = new InFlight(this.#queue, this.#reportDone);
  }

  /** How many events wait for the host or are being handled. */
  get waiting(): number {
    return this.#queue.counted;
  }

  /** How many events have ever come. */
  get total(): number {
    return this.#queue.total;
  }

  /** How long events took, from their delivery to their acknowledgement. */
  get times(): TimeCounts {
    return this.#pace.times;
  }

  /** How many handlers wait for a promise. */
  get pending(): number {
    return this.#inFlight.pending + (this.#draining?.pending ?? 0);
  }

  /** Whether the host has events that it has not acknowledged. */
  get isInFlight(): boolean {
    return this.#inFlight.isUnacknowledged;
  }

  /** Whether more events wait than `waitingEvents` and `waitingBytes` allow. */
  get isFull(): boolean {
    return this.#queue.isFull;
  }

  /** Whether too many events wait for any session to add to them. */
  get isOverfull(): boolean {
    return this.#queue.isOverfull;
  }

  get isIdle(): boolean {
    return this.waiting === 0 && this.pending === 0;
  }

  /** Whether the previous host has pending handlers, or sessions that have not come yet. */
  get isDraining(): boolean {
    return this.#draining !== null;
  }

  /** Sessions that are still with the previous host. */
  get heldSessions(): readonly SessionRef[] {
    return this.#draining?.sessions ?? [];
  }

  /** Whether a session is still with the previous host. */
  isHeld(session: SessionRef): boolean {
    return this.#draining?.holds(session) === true;
  }

  /** Takes the replies that came before the previous host had handed over, for its handlers. */
  takeHeldReplies(): ScriptEvent[] {
    return this.#uncounted(this.#draining?.takeReplies() ?? []);
  }

  /** An event that has been delivered and not acknowledged. */
  delivered(number: number): ScriptEvent | undefined {
    return this.#inFlight.delivered(number);
  }

  push(event: ScriptEvent): void {
    this.#queue.count(event);
    if (this.#draining !== null && this.#draining.hold(event)) return;
    this.#queue.push(event);
    this.wake();
  }

  /** Plans a batch for the end of this turn: directory changes reach the host even if no event comes. */
  wake(): void {
    if (this.#isPlanned || this.#host === null || this.isInFlight) return;
    this.#isPlanned = true;
    this.#loop.atTurnEnd(this.#sendPlanned);
  }

  /** Delivers nothing more, until another host has taken over or this one resumes. */
  pause(): Host | null {
    const host = this.#host;
    this.#host = null;
    return host;
  }

  resume(host: Host): void {
    this.#host = host;
    this.wake();
  }

  /**
   * A fresh incarnation gets the events; `first` is delivered before all others. Returns the number of the first event
   * after those.
   */
  connect(host: Host, first: readonly ScriptEvent[]): number {
    const again = [...first, ...this.#inFlight.takeUnacknowledged()];
    for (const event of first) this.#queue.count(event);
    this.#inFlight.suspect(again);
    this.#queue.prepend(again);
    this.#host = host;
    this.wake();
    return this.#inFlight.next + first.length;
  }

  /**
   * Another host takes over between two batches; `first` is delivered before all others. The previous host keeps its
   * pending handlers, and the events of the sessions in `draining` are held. Returns as `connect` does.
   */
  handOver(host: Host, first: ScriptEvent, draining: readonly SessionRef[]): number {
    this.#queue.prepend(this.#inFlight.takeUnacknowledged());
    const held = new DrainingEvents(this.#inFlight.takePending(), draining);
    this.#queue.remove((event) => held.hold(event));
    this.#draining = held.isEmpty ? null : held;
    return this.connect(host, [first]);
  }

  /** Takes out the waiting events of sessions that another dispatcher has from now on. */
  extract(leaving: { has(session: SessionRef): boolean }): ScriptEvent[] {
    const isOut = (event: ScriptEvent): boolean => "session" in event && leaving.has(event.session);
    const again = this.#inFlight.takeUnacknowledged();
    this.#queue.prepend(again);
    return this.#uncounted(this.#queue.remove(isOut));
  }

  /** A session of the previous host goes to another dispatcher. Returns the events that are held for it. */
  releaseElsewhere(session: SessionRef): ScriptEvent[] {
    const events = this.#draining?.release(session) ?? [];
    this.#endDraining();
    return this.#uncounted(events);
  }

  /** The previous host has settled handlers: of these events, if they were taken from here. */
  settleDraining(commit: Commit, draining = this.#draining): void {
    for (const number of commit.settled) {
      const event = draining?.settle(number);
      if (event === undefined) continue;
      this.#queue.settle(event);
      this.#reportDone(event);
    }
    this.#endDraining();
  }

  /**
   * Takes the events of the previous host if only runs of jobs are left: they may take long, and nothing waits for
   * them. Null when more is left, or nothing.
   */
  takeDrainingRuns(): DrainingEvents | null {
    const draining = this.#draining;
    if (draining?.isOnlyRuns !== true) return null;
    this.#draining = null;
    return draining;
  }

  /** A session comes from the previous host; `first`, unless null, is delivered before the events held for it. */
  release(session: SessionRef, first: ScriptEvent | null): void {
    const events = this.#draining?.release(session);
    if (events === undefined) return;
    if (first !== null) {
      this.#queue.count(first);
      this.#queue.push(first);
    }
    for (const event of events) this.#queue.push(event);
    this.#endDraining();
    this.wake();
  }

  /** Pending events of the previous host are lost, unless they are excepted. Returns how many they are. */
  abandonDraining(draining = this.#draining, isLost: (event: ScriptEvent) => boolean = () => true): number {
    const events = draining?.takePending(isLost) ?? [];
    for (const event of events) this.#listener.onLost(event, "interrupted");
    this.#endDraining();
    return events.length;
  }

  /** The incarnation is given up. Finds the culprit and the interrupted events; none of them is delivered again. */
  disconnect(exit: HostExit): Losses {
    this.#host = null;
    const interrupted = [...this.#inFlight.takePending().values()];
    const culprit = this.#inFlight.takeCulprit(exit);
    for (const number of exit.promised) {
      const event = this.#inFlight.remove(number);
      if (event !== null) interrupted.push(event);
    }
    if (culprit !== null) this.#listener.onLost(culprit, "culprit");
    for (const event of interrupted) this.#listener.onLost(event, "interrupted");
    // The next incarnation numbers its connections from the start again.
    this.#uncounted(this.#queue.remove(isOfIncarnation));
    return { culprit, interrupted: interrupted.length };
  }

  /** No host will come: returns all events that wait. */
  drop(): ScriptEvent[] {
    const again = this.#inFlight.takeUnacknowledged();
    const events = [...again, ...this.#queue.takeAll(), ...(this.#draining?.takeHeld() ?? [])];
    this.#endDraining();
    return this.#uncounted(events);
  }

  /** What is wrong with a commit of the host that serves, in a few words; null when it can be acknowledged. */
  problemWith(commit: Commit): string | null {
    return this.#inFlight.problemWith(commit);
  }

  /** Takes an acknowledgement. Returns whether the host has been sent another batch of events. */
  acknowledge(commit: Commit): boolean {
    this.#inFlight.acknowledge(commit);
    this.#queue.relax();
    if (this.isInFlight) return false;
    this.#pace.end();
    return this.#send();
  }

  readonly #sendPlanned = (): void => {
    this.#isPlanned = false;
    if (!this.isInFlight) this.#send();
  };

  #send(): boolean {
    if (this.#host === null) return false;
    const changes = this.#listener.takeChanges();
    const events = this.#queue.take(Math.min(this.#inFlight.batchLimit, this.#pace.limit));
    if (events.length === 0 && changes.length === 0) return false;
    this.#pace.start(events.length);
    this.#host.deliver({ first: this.#inFlight.deliver(events), events, changes });
    return events.length > 0;
  }

  #uncounted(events: ScriptEvent[]): ScriptEvent[] {
    for (const event of events) this.#queue.uncount(event);
    this.#queue.relax();
    return events;
  }

  #endDraining(): void {
    if (this.#draining?.isEmpty === true) this.#draining = null;
  }

  readonly #reportDone = (event: ScriptEvent): void => {
    if (event.kind !== "message" && event.kind !== "pong") this.#listener.onDone(event);
  };
}
