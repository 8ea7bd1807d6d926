// Client: what is known of rooms: the last message of those that keep theirs, and who is present.
import type { PresenceEvent, PresentSession } from "./client-events.ts";

export class Rooms {
  /** A fresh session gets only what came later, if its script lets it join with history. */
  readonly #places = new Map<string, readonly [epoch: string, offset: number]>();
  readonly #present = new Map<string, Map<string, PresentSession>>();

  /** Reads a message with its place: JSON, a line feed, the message. */
  read(frame: Uint8Array): string | Uint8Array {
    const end = frame.indexOf(LINE_FEED);
    const [room, epoch, offset, isBytes] = JSON.parse(textOf(frame.subarray(1, end))) as Place;
    this.#places.delete(room);
    this.#places.set(room, [epoch, offset]);
    if (this.#places.size > MOST) this.#places.delete([...this.#places.keys()][0]!);
    const message = frame.subarray(end + 1);
    return isBytes ? message : textOf(message);
  }

  /** The entry of the subprotocol list, if there is something to say: the rooms that were heard of last. */
  offer(): string[] {
    const rooms = [...this.#places];
    for (; rooms.length > 0; rooms.shift()) {
      const text = encodeURIComponent(JSON.stringify(Object.fromEntries(rooms))).replace(/[()]/g, escaped);
      if (text.length <= LONGEST) return [`parlor.seen.${text}`];
    }
    return [];
  }

  /** The sessions that are present in a room. */
  readonly of = (room: string): PresentSession[] => [...(this.#present.get(room)?.values() ?? [])];

  /** A list or changes that the server has sent. */
  take({ room, list, changes = [] }: PresenceEvent): void {
    const known =
      list === undefined ? (this.#present.get(room) ?? new Map<string, PresentSession>()) : new Map();
    this.#present.set(room, known);
    for (const entry of list ?? changes) {
      if ("left" in entry) known.delete(entry.id);
      else known.set(entry.id, entry);
    }
    if (known.size === 0) this.#present.delete(room);
  }

  /** The session is another one, which joins its rooms itself. */
  clear(): void {
    this.#present.clear();
  }
}

type Place = readonly [room: string, epoch: string, offset: number, isBytes?: 1];

const LINE_FEED = 10;
const MOST = 64;
const LONGEST = 4096;

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

// A subprotocol cannot have them.
function escaped(bracket: string): string {
  return bracket === "(" ? "%28" : "%29";
}
