import { TRY_AGAIN_LATER } from "../../boundary/close-codes.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { Room, Session } from "../directory/session.ts";
import { closeFrameOf, type CloseFrame } from "./close-frame.ts";
import { frameCompressor } from "./compression.ts";
import { FrameSelection } from "./frame-selection.ts";
import { queueOf, NO_LINK, type SessionQueue, type Link } from "./session-queue.ts";
import { framesOf, RoomFrames } from "./room-frames.ts";
import { clip, countFrames } from "./frame-ranges.ts";
import type { FrameBatch } from "./frame-batch.ts";
import { FrameArena, type Compress } from "./frame-arena.ts";
import type { Clock, Timer } from "../../boundary/clock.ts";
import type { Outbox } from "../directory/outbox-port.ts";

const OPEN = 1;
// Few slices are cheaper gathered by the system call than copied together: so the members of a room who do not get
// their own messages go on sharing its memory.
const OWN_SLICES = 8;
const SLOW_CONSUMER: CloseFrame = closeFrameOf(TRY_AGAIN_LATER, "slow consumer");

/** Bounds and choices of an outbox. */
export interface OutboxOptions {
  /** Unsent bytes of one session above which it is cut. */
  readonly unsentLimit: number;
  /** How long a session that was cut for being slow has for taking its close frame. */
  readonly slowGrace: number;
  /** Messages from this size on go out compressed to clients that take it; null never compresses. */
  readonly deflateThreshold: number | null;
}

/** The outbox's own bounds. */
export const OUTBOX_DEFAULTS: OutboxOptions = {
  unsentLimit: 16 * 1024 * 1024,
  slowGrace: 5000,
  deflateThreshold: null,
};

/** What became of messages, counted once for each receiver. `offered` is the sum of the others. */
export interface DeliveryCounts {
  offered: number;
  /** Handed to a socket. */
  delivered: number;
  /** Collected for the flush, or for a session that is connecting. */
  queued: number;
  /** The session was closed, closing or gone. */
  droppedClosed: number;
  /** The session was cut because it did not read. */
  droppedSlow: number;
  /** Sessions cut because they did not read. */
  cutSlow: number;
}

/**
 * Collects what is sent in a turn and writes each socket once. A broadcast costs the same for any number of members:
 * its frame goes into the turn's log, and at the flush all members who see the same share one buffer. Only those who
 * deviate (direct sends, exclusions, joins and leaves in mid-turn, several rooms) get a selection of their own.
 */
export class TurnOutbox implements Outbox {
  readonly counts: DeliveryCounts = {
    offered: 0,
    delivered: 0,
    queued: 0,
    droppedClosed: 0,
    droppedSlow: 0,
    cutSlow: 0,
  };
  readonly #clock: Clock;
  readonly #options: OutboxOptions;
  readonly #compress: Compress | null;
  readonly #log = new FrameArena();
  #turn = 1;
  #rooms: Room[] = [];
  #deviations: FrameSelection[] = [];
  /** Those who have been sent something directly; some may deviate by now. */
  #direct: Session[] = [];
  #endings: SessionQueue[] = [];
  #hold: Timer | null = null;
  #holdDue = 0;
  #hasClose = false;

  constructor(clock: Clock, options: Partial<OutboxOptions> = {}) {
    this.#clock = clock;
    this.#options = { ...OUTBOX_DEFAULTS, ...options };
    const threshold = this.#options.deflateThreshold;
    this.#compress = threshold === null ? null : frameCompressor(threshold);
  }

  send(session: Session, data: Payload): void {
    const lane = queueOf(session);
    this.#offer(1);
    if (lane.closeFrame !== null) return this.#dropClosed(1);
    const frame = this.#log.append(data);
    if (lane.selection === null && this.#isInARow(session, lane, frame)) lane.directTo = frame + 1;
    else this.#deviationOf(session, lane).send(frame);
  }

  broadcast(room: Room, data: Payload, except: Session | null): void {
    const excluded = except !== null && room.members.has(except);
    const receivers = room.members.size - (excluded ? 1 : 0);
    if (receivers === 0) return;
    this.#offer(receivers);
    const frame = this.#log.append(data);
    this.#logFor(room).add(frame);
    if (excluded) this.#deviationOf(except, queueOf(except)).exclude(frame);
  }

  joining(session: Session, room: Room): void {
    const log = framesOf(room);
    if (log === null || room.members.has(session)) return;
    this.#deviationOf(session, queueOf(session)).join(log, this.#log.count);
  }

  leaving(session: Session, room: Room): void {
    const log = framesOf(room);
    if (log === null || !room.members.has(session)) return;
    this.#deviationOf(session, queueOf(session)).leave(log, this.#log.count);
  }

  close(session: Session, code: number, reason: string): void {
    const lane = queueOf(session);
    if (lane.closeFrame !== null) return;
    const deviation = this.#deviationOf(session, lane);
    deviation.endsAt = this.#log.count;
    this.#hasClose = true;
    lane.closeFrame = closeFrameOf(code, reason);
  }

  get hasClose(): boolean {
    return this.#hasClose;
  }

  /** Gives a connecting session its connection: what was sent to it meanwhile goes first. */
  attach(session: Session, link: Link): void {
    const lane = queueOf(session);
    lane.link = link;
    const waiting = lane.waiting;
    lane.waiting = null;
    for (const sheaf of waiting ?? []) this.#handOver(link, sheaf);
    const isDecided = lane.closeFrame !== null && lane.selection === null;
    if (isDecided) this.#end(lane);
  }

  /** The client left before there was a connection: what waits for it is dropped, and all that follows. */
  forget(session: Session): void {
    const lane = queueOf(session);
    lane.link ??= NO_LINK;
    for (const sheaf of lane.waiting ?? []) this.#dropClosed(sheaf.frames);
    lane.waiting = null;
  }

  flush(): void {
    this.#hold?.cancel();
    this.#hold = null;
    if (this.#log.count === 0 && this.#deviations.length === 0) return;
    if (this.#rooms.length > 0) this.#unlessAlone();
    if (this.#rooms.length > 1) this.#findOverlaps();
    this.#writeDirect();
    for (const room of this.#rooms) this.#writeRoom(room);
    for (const deviation of this.#deviations) this.#writeDeviation(deviation);
    this.#startTurn();
  }

  hold(ms: number): void {
    const due = this.#clock.ticks() + ms;
    if (this.#hold !== null && this.#holdDue <= due) return;
    this.#hold?.cancel();
    this.#holdDue = due;
    this.#hold = this.#clock.after(ms, () => this.flush());
  }

  // An answer to its sender is most of what is sent directly: it must not cost an object.
  #isInARow(session: Session, lane: SessionQueue, frame: number): boolean {
    if (lane.directTo !== lane.directFrom) return lane.directTo === frame;
    lane.directFrom = frame;
    this.#direct.push(session);
    return true;
  }

  // A room's log may hold something for them, too.
  #unlessAlone(): void {
    for (const session of this.#direct) this.#deviationOf(session, queueOf(session));
  }

  #writeDirect(): void {
    for (const session of this.#direct) {
      const lane = queueOf(session);
      const { directFrom: from, directTo: to } = lane;
      if (from === to) continue;
      lane.directTo = from;
      const slice = this.#compressFor(lane) === null ? this.#log.oneSlice(from, to) : null;
      if (slice === null || !this.#writeAtOnce(lane, slice, to - from)) {
        this.#deliver(lane, this.#log.sheaf([{ from, to }], OWN_SLICES, this.#compressFor(lane)));
      }
    }
    this.#direct = [];
  }

  #writeAtOnce({ link }: SessionQueue, slice: Buffer, frames: number): boolean {
    if (link === null || link.readyState !== OPEN || link.rawSocket.writableLength > 0) return false;
    link.rawSocket.write(slice);
    this.counts.delivered += frames;
    this.counts.queued -= frames;
    return true;
  }

  // Who is in two rooms that were sent to must get both in one order.
  #findOverlaps(): void {
    const turn = ++this.#turn;
    for (const room of this.#rooms) {
      for (const session of room.members) {
        const lane = queueOf(session);
        if (lane.seenIn === turn) this.#deviationOf(session, lane);
        lane.seenIn = turn;
      }
    }
  }

  #writeRoom(room: Room): void {
    const log = this.#logFor(room);
    for (const session of room.members) {
      const lane = queueOf(session);
      if (lane.selection !== null) continue;
      if (lane.closeFrame !== null) this.#dropClosed(log.frames);
      else this.#deliver(lane, log.sheaf(this.#log, this.#compressFor(lane)));
    }
  }

  #writeDeviation(deviation: FrameSelection): void {
    const { session, endsAt } = deviation;
    const lane = queueOf(session);
    const sent = deviation.collect(this.#rooms.length > 0);
    const kept = endsAt < this.#log.count ? clip(sent, 0, endsAt) : sent;
    if (kept !== sent) this.#dropClosed(countFrames(sent) - countFrames(kept));
    if (kept.length > 0) this.#deliver(lane, this.#log.sheaf(kept, OWN_SLICES, this.#compressFor(lane)));
    if (endsAt !== Infinity) this.#endings.push(lane);
  }

  #deliver(lane: SessionQueue, sheaf: FrameBatch): void {
    const { link } = lane;
    if (link === null) this.#keep(lane, sheaf);
    else if (link.readyState !== OPEN) this.#dropClosed(sheaf.frames);
    else if (link.rawSocket.writableLength > this.#options.unsentLimit) this.#cut(lane, sheaf);
    else this.#handOver(link, sheaf);
  }

  #handOver(link: Link, sheaf: FrameBatch): void {
    if (link.rawSocket.writableLength > 0) sheaf.detach();
    sheaf.writeTo(link.rawSocket);
    this.counts.delivered += sheaf.frames;
    this.counts.queued -= sheaf.frames;
  }

  #keep(lane: SessionQueue, sheaf: FrameBatch): void {
    if (lane.waitingBytes > this.#options.unsentLimit) return this.#cut(lane, sheaf);
    sheaf.detach();
    (lane.waiting ??= []).push(sheaf);
    lane.waitingBytes += sheaf.bytes;
  }

  #cut(lane: SessionQueue, sheaf: FrameBatch): void {
    this.counts.droppedSlow += sheaf.frames;
    this.counts.queued -= sheaf.frames;
    this.counts.cutSlow++;
    lane.closeFrame = SLOW_CONSUMER;
    this.#endings.push(lane);
  }

  // Listeners of a close may send: they must find a new turn.
  #startTurn(): void {
    for (const room of this.#rooms) room.outboxState = null;
    for (const deviation of this.#deviations) queueOf(deviation.session).selection = null;
    this.#rooms = [];
    this.#deviations = [];
    this.#hasClose = false;
    this.#log.reset();
    if (this.#endings.length === 0) return;
    const endings = this.#endings;
    this.#endings = [];
    for (const lane of endings) this.#end(lane);
  }

  #end(lane: SessionQueue): void {
    const { link, closeFrame: ending } = lane;
    if (link === null || ending === null || link.readyState !== OPEN) return;
    link.close(ending.code, ending.reason);
    if (ending === SLOW_CONSUMER) this.#clock.after(this.#options.slowGrace, () => link.terminate());
  }

  #compressFor(lane: SessionQueue): Compress | null {
    return this.#compress !== null && lane.link !== null && lane.link.inflates ? this.#compress : null;
  }

  #logFor(room: Room): RoomFrames {
    const known = framesOf(room);
    if (known !== null) return known;
    const log = new RoomFrames();
    room.outboxState = log;
    this.#rooms.push(room);
    return log;
  }

  #deviationOf(session: Session, lane: SessionQueue): FrameSelection {
    if (lane.selection !== null) return lane.selection;
    const deviation = new FrameSelection(session, lane.closeFrame === null ? Infinity : 0);
    for (; lane.directFrom < lane.directTo; lane.directFrom++) deviation.send(lane.directFrom);
    this.#deviations.push(deviation);
    return (lane.selection = deviation);
  }

  #offer(receivers: number): void {
    this.counts.offered += receivers;
    this.counts.queued += receivers;
  }

  #dropClosed(frames: number): void {
    this.counts.droppedClosed += frames;
    this.counts.queued -= frames;
  }
}
