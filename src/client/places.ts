// Client: the last message that was received of each room that keeps its messages.

/** A fresh session gets only what came later, if its script lets it join with history. */
export class Places {
  readonly #rooms = new Map<string, readonly [epoch: string, offset: number]>();

  /** Reads a message with its place: JSON, a line feed, the message. */
  read(frame: Uint8Array): string | Uint8Array {
    const end = frame.indexOf(LINE_FEED);
    const [room, epoch, offset, isBytes] = JSON.parse(textOf(frame.subarray(1, end))) as Place;
    this.#rooms.delete(room);
    this.#rooms.set(room, [epoch, offset]);
    const message = frame.subarray(end + 1);
    return isBytes ? message : textOf(message);
  }

  /** The entry of the subprotocol list, if there is something to say: the rooms that were heard of last. */
  offer(): string[] {
    const rooms = [...this.#rooms].slice(-MOST);
    for (; rooms.length > 0; rooms.shift()) {
      const text = encodeURIComponent(JSON.stringify(Object.fromEntries(rooms))).replace(/[()]/g, escaped);
      if (text.length <= LONGEST) return [`parlor.seen.${text}`];
    }
    return [];
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
