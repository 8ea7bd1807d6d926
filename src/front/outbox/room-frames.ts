import type { Room } from "../directory/session.ts";
import { extend, type FrameRanges } from "./frame-ranges.ts";
import type { FrameBatch } from "./frame-batch.ts";
import type { Compress, FrameArena } from "./frame-arena.ts";

/** What a room was sent in one turn, and the sheaves that its members share. */
export class RoomFrames {
  readonly runs: FrameRanges = [];
  frames = 0;
  #plain: FrameBatch | null = null;
  #compressed: FrameBatch | null = null;

  add(frame: number): void {
    extend(this.runs, frame);
    this.frames++;
  }

  /** All of it, cut out once; nothing may be added after. */
  sheaf(log: FrameArena, compress: Compress | null): FrameBatch {
    if (compress === null) return (this.#plain ??= log.sheaf(this.runs, 1, null));
    return (this.#compressed ??= log.sheaf(this.runs, 1, compress));
  }
}

/** What a room was sent in this turn; null when nothing. The one place that knows what `outlet` is. */
export function framesOf(room: Room): RoomFrames | null {
  return room.outboxState as RoomFrames | null;
}
