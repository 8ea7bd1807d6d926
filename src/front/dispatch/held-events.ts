// Front: the events of sessions that are between two hosts.
import type { ScriptEvent } from "../../boundary/events.ts";
import type { SessionRef } from "../../boundary/refs.ts";

/** An event is held until its session has come to the new host. */
export class HeldEvents {
  readonly #held: Map<SessionRef, ScriptEvent[]>;

  constructor(sessions: Iterable<SessionRef>) {
    this.#held = new Map(Array.from(sessions, (session) => [session, []]));
  }

  get size(): number {
    return this.#held.size;
  }

  sessions(): SessionRef[] {
    return [...this.#held.keys()];
  }

  has(session: SessionRef): boolean {
    return this.#held.has(session);
  }

  /** Holds an event if it is of one of these sessions. Returns whether it does. */
  take(event: ScriptEvent): boolean {
    const events = "session" in event ? this.#held.get(event.session) : undefined;
    events?.push(event);
    return events !== undefined;
  }

  /** Returns the events of a session, which are not held any more. */
  release(session: SessionRef): ScriptEvent[] {
    const events = this.#held.get(session) ?? [];
    this.#held.delete(session);
    return events;
  }

  all(): ScriptEvent[] {
    return [...this.#held.values()].flat();
  }
}
