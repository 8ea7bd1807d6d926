// Host: the sessions that come to this host and go, with what their scripts have to know of it.
import type { Handshake, ScriptEvent } from "../../boundary/events.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import { HostSession } from "../api/host-session.ts";
import type { Replica } from "../api/replica.ts";
import type { EventHandlers } from "./event-handlers.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** Adds and removes sessions, and reports how many each script has. */
export class ServedSessions {
  readonly #replica: Replica;
  readonly #handlers: EventHandlers;
  readonly #onPopulation: (script: ScriptKey, sessions: number) => void;

  constructor(
    replica: Replica,
    handlers: EventHandlers,
    onPopulation: (script: ScriptKey, sessions: number) => void,
  ) {
    this.#replica = replica;
    this.#handlers = handlers;
    this.#onPopulation = onPopulation;
  }

  get(ref: SessionRef): HostSession | undefined {
    return this.#replica.own(ref);
  }

  /** A session whose first event has come. */
  arrive(ref: SessionRef, handshake: Handshake): HostSession {
    const session = new HostSession(ref, handshake, "connecting");
    this.add(session);
    return session;
  }

  add(session: HostSession): void {
    this.#replica.add(session);
    this.#reportPopulation(session);
  }

  remove(session: HostSession): void {
    this.#replica.remove(session);
    this.#reportPopulation(session);
  }

  rejoin(session: HostSession, rooms: HostSession["rooms"]): void {
    this.#replica.rejoin(session, rooms);
  }

  noteUnsent({ ref }: HostSession, bytes: number): void {
    this.#replica.noteUnsent(ref, bytes);
  }

  /** A script of another node makes it join or leave a room. */
  move(session: HostSession, what: "join" | "leave", room: string): void {
    if (session.state !== "open" && session.state !== "connecting") return;
    this.#replica[what](session, room);
  }

  /** An event of the session is done: a close ends it, and so does an upgrade that was refused. */
  eventDone({ kind }: ScriptEvent, session: HostSession): void {
    if (kind === "close") this.#end(session);
    else if (kind === "upgrade") this.#decided(session);
  }

  // Whatever went wrong in the script, the client that waits for its 101 gets a response.
  #decided(session: HostSession): void {
    if (session.state === "connecting" && !session.isAccepted)
      this.#replica.refuse(session, 503, "Service Unavailable");
    if (session.state === "closed") this.#end(session);
  }

  #end(session: HostSession): void {
    this.#handlers.programOf(session)?.endSession?.(session);
    this.remove(session);
  }

  #reportPopulation({ handshake: { script } }: HostSession): void {
    this.#onPopulation(script, this.#replica.population(script));
  }
}
