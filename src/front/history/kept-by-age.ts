// Front: the messages that all rooms keep, by age, and what they take.
import type { Payload } from "../../boundary/payload.ts";
import { isWithinBytes } from "../../boundary/text/utf8.ts";
import type { KeptMessage } from "./room-history.ts";

/** A list in which any message can be taken out at once. */
export class KeptByAge {
  bytes = 0;
  count = 0;
  #first: KeptMessage | null = null;
  #last: KeptMessage | null = null;

  get oldest(): KeptMessage | null {
    return this.#first;
  }

  add(message: KeptMessage): void {
    message.previous = this.#last;
    if (this.#last === null) this.#first = message;
    else this.#last.next = message;
    this.#last = message;
    this.count += 1;
    this.bytes += weightOf(message);
  }

  remove(message: KeptMessage): void {
    const { previous, next } = message;
    if (previous === null) this.#first = next;
    else previous.next = next;
    if (next === null) this.#last = previous;
    else next.previous = previous;
    this.count -= 1;
    this.bytes -= weightOf(message);
  }
}

/** Whether a message can be kept where all together may take this many bytes. */
export function fitsAlone(data: Payload, total: number): boolean {
  const most = total - MESSAGE_WEIGHT - FRAME_HEAD;
  return typeof data === "string" ? isWithinBytes(data, most) : data.length <= most;
}

/** Its bytes, with what keeping it costs. */
function weightOf({ frame }: KeptMessage): number {
  return frame.plain.length + MESSAGE_WEIGHT;
}

const MESSAGE_WEIGHT = 256;
/** The most bytes before the message in its frame. */
const FRAME_HEAD = 10;
