// Front: the messages that all rooms keep, by age, and what they take.
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

/** Its bytes, with what keeping it costs. */
function weightOf({ frame }: KeptMessage): number {
  return frame.plain.length + MESSAGE_WEIGHT;
}

const MESSAGE_WEIGHT = 256;
