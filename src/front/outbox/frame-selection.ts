import type { Session } from "../directory/session.ts";
import { framesOf, type RoomFrames } from "./room-frames.ts";
import { clip, extend, merge, without, type FrameRanges } from "./frame-ranges.ts";

/** During which frames of a room's log the session was a member. */
interface Stay {
  readonly log: RoomFrames;
  readonly from: number;
  to: number;
}

/** How what a session gets in one turn differs from what a room gets. */
export class FrameSelection {
  readonly session: Session;
  /** The number of the first frame that it does not get because it was closed. */
  endsAt: number;
  readonly #direct: FrameRanges = [];
  readonly #excluded: number[] = [];
  #stays: Stay[] | null = null;

  constructor(session: Session, endsAt: number) {
    this.session = session;
    this.endsAt = endsAt;
  }

  send(frame: number): void {
    extend(this.#direct, frame);
  }

  exclude(frame: number): void {
    this.#excluded.push(frame);
  }

  join(log: RoomFrames, at: number): void {
    (this.#stays ??= []).push({ log, from: at, to: Infinity });
  }

  leave(log: RoomFrames, at: number): void {
    const open = this.#openStay(log);
    if (open === undefined) (this.#stays ??= []).push({ log, from: 0, to: at });
    else open.to = at;
  }

  /** Everything that the session was sent in this turn, also what came after its close. */
  collect(hasRooms: boolean): FrameRanges {
    if (!hasRooms) return this.#direct;
    const { route, rooms } = this.session;
    let runs = this.#direct;
    if (route.members.has(this.session)) runs = merge(runs, this.#whole(framesOf(route)));
    if (rooms !== null) for (const room of rooms) runs = merge(runs, this.#whole(framesOf(room)));
    for (const stay of this.#stays ?? []) runs = merge(runs, clip(stay.log.runs, stay.from, stay.to));
    return without(runs, this.#excluded);
  }

  // Of a room that it joined after the first frame, the stay tells what it gets.
  #whole(log: RoomFrames | null): FrameRanges {
    return log === null || this.#openStay(log) !== undefined ? NOTHING : log.runs;
  }

  #openStay(log: RoomFrames): Stay | undefined {
    return this.#stays?.find((stay) => stay.log === log && stay.to === Infinity);
  }
}

const NOTHING: FrameRanges = [];
