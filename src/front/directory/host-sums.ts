// Front: what all sessions of one host keep together: it has refused more itself, unless its messages are forged.
import { utf8Length } from "../../boundary/text/utf8.ts";
import type { HostLimits } from "../../boundary/turn/session-limits.ts";
import type { Directory } from "./directory.ts";
import type { Room, Session } from "./session.ts";

/** Bounds rooms, attributes and presence by the limits of the host, with room for what it measures in another way. */
export class HostSums {
  readonly rooms: BoundedSum;
  readonly attributes: BoundedSum;
  readonly presence: BoundedSum;
  readonly #directory: Directory;
  readonly #host: number;

  constructor(directory: Directory, host: number, limits: HostLimits) {
    this.#directory = directory;
    this.#host = host;
    this.rooms = new BoundedSum(limits.rooms * LENIENCY, () => this.#roomCount());
    this.attributes = new BoundedSum(limits.attributeBytes * LENIENCY, () => this.#attributeBytes());
    this.presence = new BoundedSum(limits.presenceBytes * LENIENCY, () => this.#presenceBytes());
  }

  #roomCount(): number {
    const rooms = new Set<Room>();
    for (const session of this.#sessions()) for (const room of session.rooms ?? []) rooms.add(room);
    return rooms.size;
  }

  #attributeBytes(): number {
    let bytes = 0;
    for (const { attributes } of this.#sessions()) bytes += attributes?.bytes ?? 0;
    return bytes;
  }

  #presenceBytes(): number {
    let bytes = 0;
    for (const session of this.#sessions())
      for (const [, text] of this.#directory.presenceOf(session).presence ?? []) bytes += utf8Length(text);
    return bytes;
  }

  *#sessions(): Iterable<Session> {
    for (const session of this.#directory.sessions.values()) if (session.host === this.#host) yield session;
  }
}

/** A sum of which only an upper bound is known: it is counted when that reaches the bound, so that most calls cost nothing. */
class BoundedSum {
  readonly #bound: number;
  readonly #count: () => number;
  /** Not known yet: sessions may have been there before. */
  #atMost: number;
  #refusals = 0;

  constructor(bound: number, count: () => number) {
    this.#bound = bound;
    this.#count = count;
    this.#atMost = bound;
  }

  /** Returns whether this may be added, which then counts. */
  mayAdd(more: number): boolean {
    if (more <= 0) return true;
    if (this.#atMost + more > this.#bound && !this.#hasRoomFor(more)) return false;
    this.#atMost += more;
    return true;
  }

  // To count takes long: not for each of a million forged commands.
  #hasRoomFor(more: number): boolean {
    if (this.#refusals % COUNT_EVERY === 0) this.#atMost = this.#count();
    if (this.#atMost + more > this.#bound) this.#refusals += 1;
    else this.#refusals = 0;
    return this.#refusals === 0;
  }
}

/**
 * A host lets sessions that keep little go up to twice its limits, forgets sessions before the front does, and measures the
 * live values of attributes anew after a takeover. Beside a host that drains, another one serves.
 */
const LENIENCY = 8;

/** One of so many refusals is preceded by a count. */
const COUNT_EVERY = 1000;
