import type { Room } from "../directory/session.ts";
import { extend, type Runs } from "./frame-ranges.ts";
import type { Sheaf } from "./frame-batch.ts";
import type { Compress, TurnLog } from "./frame-arena.ts";

/** What a room was sent in one turn, and the sheaves that its members share. */
export class RoomLog {
  readonly runs: Runs = [];
  frames = 0;
  #plain: Sheaf | null = null;
  #compressed: Sheaf | null = null;

  add(frame: number): void {
    extend(this.runs, frame);
    this.frames++;
  }

  /** All of it, cut out once; nothing may be added after. */
  sheaf(log: TurnLog, compress: Compress | null): Sheaf {
    if (compress === null) return (this.#plain ??= log.sheaf(this.runs, 1, null));
    return (this.#compressed ??= log.sheaf(this.runs, 1, compress));
  }
}

/** What a room was sent in this turn; null when nothing. The one place that knows what `outlet` is. */
export function logOf(room: Room): RoomLog | null {
  return room.outlet as RoomLog | null;
}
