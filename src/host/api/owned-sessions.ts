// Host: the sessions that one host serves: by number, by id, by room, and how many of each script.
import type { SessionRef } from "../../boundary/refs.ts";
import type { HostSession } from "./host-session.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";
import { SharedTexts } from "./shared-texts.ts";
import { utf8Length } from "../../boundary/text/utf8.ts";

/** The live maps are for readers: they change only by the methods. */
export class OwnedSessions {
  readonly #byRef = new Map<SessionRef, HostSession>();
  readonly #byId = new Map<string, HostSession>();
  readonly #byRoom = new Map<string, Set<HostSession>>();
  readonly #population = new Map<ScriptKey, number>();
  readonly #texts = new SharedTexts();
  #presenceBytes = 0;

  get byRef(): ReadonlyMap<SessionRef, HostSession> {
    return this.#byRef;
  }

  get byId(): ReadonlyMap<string, HostSession> {
    return this.#byId;
  }

  get byRoom(): ReadonlyMap<string, ReadonlySet<HostSession>> {
    return this.#byRoom;
  }

  /** Bytes that all of them show in rooms, as JSON. */
  get presenceBytes(): number {
    return this.#presenceBytes;
  }

  /** The number of sessions of a script. */
  population(script: ScriptKey): number {
    return this.#population.get(script) ?? 0;
  }

  add(session: HostSession): void {
    this.#byRef.set(session.ref, session);
    this.#byId.set(session.id, session);
    this.#texts.share(session.handshake);
    this.#populate(session.handshake.script, 1);
    for (const [room, presence] of session.rooms ?? []) this.#index(session, room, presence);
  }

  remove(session: HostSession): void {
    this.setRooms(session, null);
    this.#byId.delete(session.id);
    if (this.#byRef.delete(session.ref)) this.#populate(session.handshake.script, -1);
  }

  /** A session's rooms are these from now on. */
  setRooms(session: HostSession, rooms: HostSession["rooms"]): void {
    for (const [room, presence] of session.rooms ?? []) this.#unindex(session, room, presence);
    session.rooms = rooms;
    for (const [room, presence] of rooms ?? []) this.#index(session, room, presence);
  }

  /** `presence`: what the session shows in the room; null for nothing. */
  join(session: HostSession, room: string, presence: string | null): void {
    const rooms = (session.rooms ??= new Map());
    this.#presenceBytes -= presenceSize(rooms.get(room));
    rooms.set(room, presence);
    this.#index(session, room, presence);
  }

  leave(session: HostSession, room: string): void {
    const presence = session.rooms?.get(room);
    if (session.rooms?.delete(room) === true) this.#unindex(session, room, presence);
  }

  #populate(script: ScriptKey, by: number): void {
    this.#population.set(script, this.population(script) + by);
  }

  #index(session: HostSession, room: string, presence: string | null): void {
    this.#presenceBytes += presenceSize(presence);
    const members = this.#byRoom.get(room);
    if (members === undefined) this.#byRoom.set(room, new Set([session]));
    else members.add(session);
  }

  #unindex(session: HostSession, room: string, presence: string | null | undefined): void {
    this.#presenceBytes -= presenceSize(presence);
    const members = this.#byRoom.get(room);
    members?.delete(session);
    if (members?.size === 0) this.#byRoom.delete(room);
  }
}

/** Bytes of what a session shows in a room. */
export function presenceSize(presence: string | null | undefined): number {
  return presence === null || presence === undefined ? 0 : utf8Length(presence);
}
