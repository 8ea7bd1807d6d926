// Front: the events that belong to a host that has been replaced: its pending ones, and those of its sessions.
import type { ScriptEvent } from "../../boundary/events.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import { HeldEvents } from "./held-events.ts";

/**
 * After a handover, the previous host keeps the handlers that wait for a promise. The events of their sessions are held
 * until the session has come to the host that serves.
 */
export class DrainingEvents {
  readonly #pending: Map<number, ScriptEvent>;
  #held: HeldEvents;

  constructor(pending: Map<number, ScriptEvent>, sessions: Iterable<SessionRef>) {
    this.#pending = pending;
    this.#held = new HeldEvents(sessions);
  }

  /** How many handlers wait for a promise. */
  get pending(): number {
    return this.#pending.size;
  }

  get isEmpty(): boolean {
    return this.#pending.size === 0 && this.#held.size === 0;
  }

  /** The sessions that have not come yet. */
  get sessions(): readonly SessionRef[] {
    return this.#held.sessions();
  }

  has(session: SessionRef): boolean {
    return this.#held.has(session);
  }

  /** Holds an event if its session has not come yet. Returns whether it does. */
  hold(event: ScriptEvent): boolean {
    return this.#held.take(event);
  }

  /** A session has come: returns its events, which are not held any more. */
  release(session: SessionRef): ScriptEvent[] {
    return this.#held.release(session);
  }

  /** Takes the event of a handler whose promise has settled. */
  settle(number: number): ScriptEvent | undefined {
    const event = this.#pending.get(number);
    this.#pending.delete(number);
    return event;
  }

  /** Takes all events whose promise has not settled. */
  takePending(): ScriptEvent[] {
    const events = [...this.#pending.values()];
    this.#pending.clear();
    return events;
  }

  takeHeld(): ScriptEvent[] {
    const events = this.#held.all();
    this.#held = new HeldEvents([]);
    return events;
  }
}
