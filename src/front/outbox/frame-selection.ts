// Front: the frames that one session gets in a turn.
import type { Session } from "../directory/session.ts";
import type { FrameShare } from "./frame-batch.ts";
import { framesOf, type RoomFrames } from "./room-frames.ts";
import { clip, countCommon, extend, merge, without, type FrameRanges } from "./frame-ranges.ts";

/** For a session that does not get exactly the frames of the one room that it is in. */
export class FrameSelection {
  readonly session: Session;
  /** The number of the first frame that the session does not get because it was closed; `Infinity` while open. */
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

  join(frames: RoomFrames, at: number): void {
    (this.#stays ??= []).push({ frames, from: at, to: Infinity });
  }

  leave(frames: RoomFrames, at: number): void {
    const open = this.#openStay(frames);
    if (open === undefined) (this.#stays ??= []).push({ frames, from: 0, to: at });
    else open.to = at;
  }

  /** All frames that were sent to the session in this turn, those after its close included. */
  collect(hasRooms: boolean): FrameRanges {
    if (!hasRooms) return this.#direct;
    const { route, rooms } = this.session;
    let ranges = this.#direct;
    if (route.members.has(this.session)) ranges = merge(ranges, this.#whole(framesOf(route)));
    if (rooms !== null) for (const room of rooms) ranges = merge(ranges, this.#whole(framesOf(room)));
    for (const stay of this.#stays ?? [])
      ranges = merge(ranges, clip(stay.frames.ranges, stay.from, stay.to));
    return without(ranges, this.#excluded);
  }

  /** Which of these frames were sent to rooms; null for none. */
  shares(ranges: FrameRanges, hasRooms: boolean): FrameShare[] | null {
    if (!hasRooms) return null;
    const rooms = new Set<RoomFrames | null>([framesOf(this.session.route)]);
    for (const room of this.session.rooms ?? []) rooms.add(framesOf(room));
    for (const { frames } of this.#stays ?? []) rooms.add(frames);
    const shares: FrameShare[] = [];
    for (const frames of rooms) {
      const count = frames === null ? 0 : countCommon(frames.ranges, ranges);
      if (frames !== null && count > 0) shares.push({ room: frames.room, count, ranges: frames.ranges });
    }
    return shares.length === 0 ? null : shares;
  }

  // For a room that the session joined after its first frame, the stay holds the frames.
  #whole(frames: RoomFrames | null): FrameRanges {
    return frames === null || this.#openStay(frames) !== undefined ? NOTHING : frames.ranges;
  }

  #openStay(frames: RoomFrames): Stay | undefined {
    return this.#stays?.find((stay) => stay.frames === frames && stay.to === Infinity);
  }
}

/** During which frames of a room the session was a member. */
interface Stay {
  readonly frames: RoomFrames;
  readonly from: number;
  to: number;
}

const NOTHING: FrameRanges = [];
