import type { ScriptEvent } from "../../boundary/events.ts";
import type { SessionRef } from "../../boundary/refs.ts";

/** Events of sessions that are between two hosts: each is kept until its session has arrived. */
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

  /** Keeps an event if it is one of theirs. */
  take(event: ScriptEvent): boolean {
    const events = "session" in event ? this.#held.get(event.session) : undefined;
    events?.push(event);
    return events !== undefined;
  }

  /** Hands over what was kept for a session, which is kept no longer. */
  release(session: SessionRef): ScriptEvent[] {
    const events = this.#held.get(session) ?? [];
    this.#held.delete(session);
    return events;
  }

  all(): ScriptEvent[] {
    return [...this.#held.values()].flat();
  }
}
