// Front: the messages that one room keeps, oldest first.
import type { HistoryRule } from "../../boundary/rooms/history-rules.ts";
import type { KeptMessages } from "../directory/history-port.ts";
import type { SeenPlace } from "../../boundary/rooms/seen-place.ts";
import { HistoryFrame } from "../frames/history-frame.ts";
import type { Payload } from "../../boundary/payload.ts";

/** It numbers the messages. Its owner decides what it drops, and counts that. */
export class RoomHistory {
  readonly room: string;
  /** Offsets of another epoch say nothing. */
  epoch: string;
  rule: HistoryRule;
  #offset = 0;
  readonly #messages: KeptMessage[] = [];

  constructor(room: string, epoch: string, rule: HistoryRule) {
    this.room = room;
    this.epoch = epoch;
    this.rule = rule;
  }

  get size(): number {
    return this.#messages.length;
  }

  /** `at`: now, ms. */
  add(data: Payload, at: number): KeptMessage {
    const { room, epoch } = this;
    const frame = new HistoryFrame(data, { room, epoch, offset: (this.#offset += 1) });
    const message = { frame, at, history: this, previous: null, next: null };
    this.#messages.push(message);
    return message;
  }

  /** Takes out the oldest message if there are too many, or its time is over; null if it may stay. */
  takeOutdated(now: number): KeptMessage | null {
    const [first] = this.#messages;
    if (first === undefined) return null;
    const isOver = this.#messages.length > this.rule.size || now - first.at >= this.rule.seconds * 1000;
    return isOver ? this.takeFirst() : null;
  }

  takeFirst(): KeptMessage | null {
    return this.#messages.shift() ?? null;
  }

  since(seen: SeenPlace | null): KeptMessages {
    const { epoch } = this;
    const isKnown = seen !== null && seen[0] === epoch && seen[1] <= this.#offset;
    const first = this.#offset - this.#messages.length + 1;
    const from = isKnown ? Math.max(0, seen[1] + 1 - first) : 0;
    const messages = this.#messages.slice(from).map(({ frame }) => frame);
    const recovered = seen === null ? null : isKnown && seen[1] + 1 >= first;
    return { epoch, offset: this.#offset, recovered, messages };
  }
}

/** A message in its room's history, and in the list of all by age. */
export interface KeptMessage {
  readonly frame: HistoryFrame;
  /** When it was sent, ms. */
  readonly at: number;
  readonly history: RoomHistory;
  previous: KeptMessage | null;
  next: KeptMessage | null;
}
