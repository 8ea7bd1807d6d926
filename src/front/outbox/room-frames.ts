// Front: the frames that a room was sent in a turn.
import type { Room } from "../directory/session.ts";
import { extend, type FrameRanges } from "./frame-ranges.ts";
import type { FrameBatch } from "./frame-batch.ts";
import type { Compress, FrameArena } from "./frame-arena.ts";

/** The frames of a room in one turn, and the batches that its members share. */
export class RoomFrames {
  readonly ranges: FrameRanges = [];
  count = 0;
  #plain: FrameBatch | null = null;
  #compressed: FrameBatch | null = null;

  add(frame: number): void {
    extend(this.ranges, frame);
    this.count++;
  }

  /** All frames, cut out once; none may be added afterwards. */
  batch(arena: FrameArena, compress: Compress | null): FrameBatch {
    if (compress === null) return (this.#plain ??= arena.batch(this.ranges, 1, null));
    return (this.#compressed ??= arena.batch(this.ranges, 1, compress));
  }
}

/** The frames of a room in this turn; null when there are none. Only here the type of `outboxState` is known. */
export function framesOf(room: Room): RoomFrames | null {
  return room.outboxState as RoomFrames | null;
}
