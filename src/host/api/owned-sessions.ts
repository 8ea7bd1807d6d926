// Host: the sessions of one host, by number, id and room.
import type { HostSession } from "./host-session.ts";
import type { SessionRef } from "../../boundary/refs.ts";

/** The sessions that one host serves: by number, by id, by room, and how many of each script. */
export class OwnedSessions {
  readonly #sessions = new Map<SessionRef, HostSession>();
  readonly #ids = new Map<string, HostSession>();
  readonly #rooms = new Map<string, Set<HostSession>>();
  readonly #population = new Map<string, number>();

  get(ref: SessionRef): HostSession | undefined {
    return this.#sessions.get(ref);
  }

  byId(id: string): HostSession | undefined {
    return this.#ids.get(id);
  }

  values(): IterableIterator<HostSession> {
    return this.#sessions.values();
  }

  members(room: string): ReadonlySet<HostSession> | undefined {
    return this.#rooms.get(room);
  }

  roomNames(): IterableIterator<string> {
    return this.#rooms.keys();
  }

  /** How many sessions a script has. */
  population(script: string): number {
    return this.#population.get(script) ?? 0;
  }

  add(session: HostSession): void {
    this.#sessions.set(session.ref, session);
    this.#ids.set(session.id, session);
    this.#populate(session.handshake.script, 1);
    for (const room of session.rooms ?? []) this.#index(session, room);
  }

  remove(session: HostSession): void {
    this.setRooms(session, []);
    this.#ids.delete(session.id);
    if (this.#sessions.delete(session.ref)) this.#populate(session.handshake.script, -1);
  }

  /** A session's rooms are these from now on. */
  setRooms(session: HostSession, rooms: readonly string[]): void {
    for (const room of session.rooms ?? []) this.#unindex(session, room);
    session.rooms = rooms.length === 0 ? null : new Set(rooms);
    for (const room of rooms) this.#index(session, room);
  }

  /** Answers whether it was not in it before. */
  join(session: HostSession, room: string): boolean {
    if (session.rooms?.has(room) === true) return false;
    (session.rooms ??= new Set()).add(room);
    this.#index(session, room);
    return true;
  }

  /** Answers whether it was in it. */
  leave(session: HostSession, room: string): boolean {
    if (session.rooms?.delete(room) !== true) return false;
    this.#unindex(session, room);
    return true;
  }

  #populate(script: string, by: number): void {
    this.#population.set(script, this.population(script) + by);
  }

  #index(session: HostSession, room: string): void {
    const members = this.#rooms.get(room);
    if (members === undefined) this.#rooms.set(room, new Set([session]));
    else members.add(session);
  }

  #unindex(session: HostSession, room: string): void {
    const members = this.#rooms.get(room);
    members?.delete(session);
    if (members?.size === 0) this.#rooms.delete(room);
  }
}
