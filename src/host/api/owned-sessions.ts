// Host: the sessions that one host serves: by number, by id, by room, and how many of each script.
import type { SessionRef } from "../../boundary/refs.ts";
import type { HostSession } from "./host-session.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** The live maps are for readers: they change only by the methods. */
export class OwnedSessions {
  readonly #byRef = new Map<SessionRef, HostSession>();
  readonly #byId = new Map<string, HostSession>();
  readonly #byRoom = new Map<string, Set<HostSession>>();
  readonly #population = new Map<ScriptKey, number>();

  get byRef(): ReadonlyMap<SessionRef, HostSession> {
    return this.#byRef;
  }

  get byId(): ReadonlyMap<string, HostSession> {
    return this.#byId;
  }

  get byRoom(): ReadonlyMap<string, ReadonlySet<HostSession>> {
    return this.#byRoom;
  }

  /** The number of sessions of a script. */
  population(script: ScriptKey): number {
    return this.#population.get(script) ?? 0;
  }

  add(session: HostSession): void {
    this.#byRef.set(session.ref, session);
    this.#byId.set(session.id, session);
    this.#populate(session.handshake.script, 1);
    for (const room of session.rooms?.keys() ?? []) this.#index(session, room);
  }

  remove(session: HostSession): void {
    this.setRooms(session, null);
    this.#byId.delete(session.id);
    if (this.#byRef.delete(session.ref)) this.#populate(session.handshake.script, -1);
  }

  /** A session's rooms are these from now on. */
  setRooms(session: HostSession, rooms: HostSession["rooms"]): void {
    for (const room of session.rooms?.keys() ?? []) this.#unindex(session, room);
    session.rooms = rooms;
    for (const room of rooms?.keys() ?? []) this.#index(session, room);
  }

  /** `presence`: what the session shows in the room; null for nothing. */
  join(session: HostSession, room: string, presence: string | null): void {
    (session.rooms ??= new Map()).set(room, presence);
    this.#index(session, room);
  }

  leave(session: HostSession, room: string): void {
    if (session.rooms?.delete(room) === true) this.#unindex(session, room);
  }

  #populate(script: ScriptKey, by: number): void {
    this.#population.set(script, this.population(script) + by);
  }

  #index(session: HostSession, room: string): void {
    const members = this.#byRoom.get(room);
    if (members === undefined) this.#byRoom.set(room, new Set([session]));
    else members.add(session);
  }

  #unindex(session: HostSession, room: string): void {
    const members = this.#byRoom.get(room);
    members?.delete(session);
    if (members?.size === 0) this.#byRoom.delete(room);
  }
}
