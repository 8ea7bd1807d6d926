// Front: the sessions that have joined rooms with presence, and what the members have not been notified of.
import { entryText, type PresenceTexts } from "../../boundary/rooms/presence.ts";
import type { Session } from "./session.ts";

/** Of all nodes. Changes gather until they are taken, so that each room is reported once a turn. */
export class Presences {
  readonly #rooms = new Map<string, Map<string, Present>>();
  #news = new Map<string, RoomNews>();
  /** Called when there is something to take. */
  onNews: () => void = () => undefined;

  /** Whether someone is present in a room. */
  has(room: string): boolean {
    return this.#rooms.has(room);
  }

  set(room: string, id: string, present: Present): void {
    const all = this.#rooms.get(room) ?? new Map<string, Present>();
    this.#rooms.set(room, all);
    this.#note(room, id, all.has(id));
    all.set(id, present);
  }

  remove(room: string, id: string): void {
    const all = this.#rooms.get(room);
    if (all === undefined || !all.has(id)) return;
    this.#note(room, id, true);
    all.delete(id);
    if (all.size === 0) this.#rooms.delete(room);
  }

  /** The session has lost its connection, or has it again. */
  setAway(id: string, rooms: Iterable<string>, isAway: boolean): void {
    for (const room of rooms) {
      const present = this.#rooms.get(room)?.get(id);
      if (present !== undefined) this.set(room, id, { text: present.text, isAway });
    }
  }

  /** What a session shows, in those of these rooms where it does. */
  textsOf(id: string, rooms: Iterable<string>): PresenceTexts {
    const texts: (readonly [string, string])[] = [];
    for (const room of rooms) {
      const present = this.#rooms.get(room)?.get(id);
      if (present !== undefined) texts.push([room, present.text]);
    }
    return texts;
  }

  /** A session of this node has joined the room, or left it: it gets a list in place of changes. */
  noteMember(room: string, session: Session): void {
    if (session.inbound.line !== null && (this.has(room) || this.#news.has(room)))
      this.#newsOf(room).members.add(session);
  }

  /** What there is to report, by room. */
  takeNews(): Map<string, RoomNews> {
    const news = this.#news;
    this.#news = new Map();
    return news;
  }

  /** All entries of a room, as JSON text. */
  listOf(room: string): string {
    const all = this.#rooms.get(room) ?? new Map<string, Present>();
    return `[${Array.from(all, ([id, { text, isAway }]) => entryText(id, text, isAway)).join()}]`;
  }

  /** What has changed, as JSON text; null if nothing has, after all. */
  changesOf(room: string, { changed }: RoomNews): string | null {
    const all = this.#rooms.get(room);
    const entries: string[] = [];
    for (const [id, wasThere] of changed) {
      const present = all?.get(id);
      if (present !== undefined) entries.push(entryText(id, present.text, present.isAway));
      else if (wasThere) entries.push(`{"id":${JSON.stringify(id)},"left":true}`);
    }
    return entries.length === 0 ? null : `[${entries.join()}]`;
  }

  #note(room: string, id: string, wasThere: boolean): void {
    const { changed } = this.#newsOf(room);
    if (!changed.has(id)) changed.set(id, wasThere);
  }

  #newsOf(room: string): RoomNews {
    const known = this.#news.get(room);
    if (known !== undefined) return known;
    const news = { members: new Set<Session>(), changed: new Map<string, boolean>() };
    this.#news.set(room, news);
    if (this.#news.size === 1) this.onNews();
    return news;
  }
}

/** What a session shows in a room. */
export interface Present {
  /** JSON, as `PresenceEntry` says. */
  readonly text: string;
  readonly isAway: boolean;
}

/** What is to be reported of a room. */
export interface RoomNews {
  /** Sessions that have joined or left it. */
  readonly members: Set<Session>;
  /** The ids of the sessions whose entry has changed, and whether they had one before. */
  readonly changed: Map<string, boolean>;
}
