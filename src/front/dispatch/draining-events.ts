// Front: the events that belong to a host that has been replaced: its pending ones, and those of its sessions.
import type { ScriptEvent } from "../../boundary/events.ts";
import type { SessionRef } from "../../boundary/refs.ts";

/**
 * After a handover, the previous host keeps the handlers that wait for a promise. The events of their sessions are held
 * until the session has come to the host that serves.
 */
export class DrainingEvents {
  readonly #pending: Map<number, ScriptEvent>;
  readonly #held: Map<SessionRef, ScriptEvent[]>;

  constructor(pending: Map<number, ScriptEvent>, sessions: Iterable<SessionRef>) {
    this.#pending = pending;
    this.#held = new Map(Array.from(sessions, (session) => [session, []]));
  }

  /** How many handlers wait for a promise. */
  get pending(): number {
    return this.#pending.size;
  }

  get isEmpty(): boolean {
    return this.#pending.size === 0 && this.#held.size === 0;
  }

  /** Whether only runs of jobs are left: nothing waits for those. */
  get isOnlyRuns(): boolean {
    if (this.#held.size > 0) return false;
    for (const { kind } of this.#pending.values()) if (kind !== "run") return false;
    return this.#pending.size > 0;
  }

  /** The sessions that have not come yet. */
  get sessions(): SessionRef[] {
    return [...this.#held.keys()];
  }

  /** Whether a session has not come yet. */
  holds(session: SessionRef): boolean {
    return this.#held.has(session);
  }

  /** Holds an event if its session has not come yet. Returns whether it does. */
  hold(event: ScriptEvent): boolean {
    const events = "session" in event ? this.#held.get(event.session) : undefined;
    events?.push(event);
    return events !== undefined;
  }

  /** A session has come: returns its events, which are no longer held; undefined if it had come before. */
  release(session: SessionRef): ScriptEvent[] | undefined {
    const events = this.#held.get(session);
    this.#held.delete(session);
    return events;
  }

  /** Takes the event of a handler whose promise has settled. */
  settle(number: number): ScriptEvent | undefined {
    const event = this.#pending.get(number);
    this.#pending.delete(number);
    return event;
  }

  /** Takes the events whose promise has not settled. */
  takePending(isTaken: (event: ScriptEvent) => boolean): ScriptEvent[] {
    const taken = [...this.#pending].filter(([, event]) => isTaken(event));
    for (const [number] of taken) this.#pending.delete(number);
    return taken.map(([, event]) => event);
  }

  /** Takes the replies of clients that are held: the handlers that wait for them are pending. */
  takeReplies(): ScriptEvent[] {
    const replies: ScriptEvent[] = [];
    for (const [session, events] of this.#held) {
      replies.push(...events.filter(isReply));
      if (events.some(isReply))
        this.#held.set(
          session,
          events.filter((event) => !isReply(event)),
        );
    }
    return replies;
  }

  takeHeld(): ScriptEvent[] {
    const events = [...this.#held.values()].flat();
    this.#held.clear();
    return events;
  }
}

function isReply({ kind }: ScriptEvent): boolean {
  return kind === "reply";
}
