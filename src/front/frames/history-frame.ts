// Front: a message that a room keeps, encoded once for each form that clients get.
import type { Payload } from "../../boundary/payload.ts";
import type { Compress } from "./compression.ts";
import { payloadOf } from "./compressed-frame.ts";
import type { FrameForm, FrameSlice } from "./frame-form.ts";
import { firstByte, headerSize, isText, writeHeader } from "./frame.ts";

/** Sent when it is broadcast, and to each member that joins later. Clients of `parlor.v1` get its place with it. */
export class HistoryFrame {
  readonly place: RoomPlace;
  readonly plain: Buffer;
  #line: Buffer | null = null;
  #compressed: FrameSlice | null = null;
  #lineCompressed: FrameSlice | null = null;

  constructor(data: Payload, place: RoomPlace) {
    this.place = place;
    this.plain = typeof data === "string" ? encoded(Buffer.from(data), true) : encoded(data, false);
  }

  /** What clients of this form get; null for the plain frame. */
  form({ isLine, deflates }: FrameForm, compress: Compress | null): FrameSlice | null {
    if (!isLine && !deflates) return null;
    if (!isLine) return (this.#compressed ??= compress?.(this.plain) ?? null);
    const line = (this.#line ??= lineFrame(this.plain, this.place));
    return deflates ? (this.#lineCompressed ??= compress?.(line) ?? line) : line;
  }
}

/** Which message of a room it is. */
export interface RoomPlace {
  readonly room: string;
  /** The life of the room's history: offsets of another one say nothing. */
  readonly epoch: string;
  /** The number of the message, from 1. */
  readonly offset: number;
}

function encoded(payload: Uint8Array, ofText: boolean): Buffer {
  const header = headerSize(payload.length);
  const frame = Buffer.allocUnsafeSlow(header + payload.length);
  writeHeader(frame, 0, firstByte(ofText, false), payload.length);
  frame.set(payload, header);
  return frame;
}

// The head is JSON, which has no line feed, so that a line feed ends it.
function lineFrame(plain: Buffer, { room, epoch, offset }: RoomPlace): Buffer {
  const head = JSON.stringify(isText(plain) ? [room, epoch, offset] : [room, epoch, offset, 1]);
  const start = Buffer.from(`${PLACED}${head}\n`);
  return encoded(Buffer.concat([start, payloadOf(plain)]), false);
}

/** The first byte of a message with its place, as text. */
const PLACED = "\u0003";
