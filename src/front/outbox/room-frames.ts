// Front: the frames that a room was sent in a turn.
import type { Room } from "../directory/session.ts";
import { extend, type FrameRanges } from "./frame-ranges.ts";
import type { CountedFrames } from "../flow/outbound-flow.ts";
import type { FrameBatch, FrameShare } from "./frame-batch.ts";
import type { FrameCutter } from "./frame-cutter.ts";

/** The frames of a room in one turn, and the batches that its members share. */
export class RoomFrames {
  readonly room: Room;
  readonly ranges: FrameRanges = [];
  count = 0;
  #plain: FrameBatch | null = null;
  #compressed: FrameBatch | null = null;
  /** For clients of `parlor.v1`, in turns with binary messages. */
  #line: Map<FrameCutter, FrameBatch> | null = null;

  constructor(room: Room) {
    this.room = room;
  }

  add(frame: number): void {
    extend(this.ranges, frame);
    this.count++;
  }

  /** All frames, cut out once; none may be added afterwards. */
  batch(cutter: FrameCutter): FrameBatch {
    if (cutter.form.isLine) return this.#lineBatch(cutter);
    if (cutter.form.deflates) return (this.#compressed ??= cutter.batch(this.ranges, 1, this.shares));
    return (this.#plain ??= cutter.batch(this.ranges, 1, this.shares));
  }

  #lineBatch(cutter: FrameCutter): FrameBatch {
    const known = this.#line?.get(cutter);
    if (known !== undefined) return known;
    const batch = cutter.batch(this.ranges, 1, this.shares);
    (this.#line ??= new Map()).set(cutter, batch);
    return batch;
  }

  /** All frames, for a member that does not get them. */
  get dropped(): CountedFrames {
    return { frames: this.count, bytes: 0, shares: this.shares };
  }

  /** All frames are the room's. A copy: what waits must not keep the batches of the turn alive. */
  get shares(): FrameShare[] {
    const { room, count, ranges } = this;
    return [{ room, count, ranges }];
  }
}

/** The frames of a room in this turn; null when there are none. Only here the type of `outboxState` is known. */
export function framesOf(room: Room): RoomFrames | null {
  return room.outboxState as RoomFrames | null;
}
