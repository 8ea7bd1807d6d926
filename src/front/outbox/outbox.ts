// Front: collects the messages of a turn and writes each session's socket once.
import type { Clock, Timer } from "../../boundary/clock.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { EncodedMessage } from "../directory/history-port.ts";
import type { Outbox } from "../directory/outbox-port.ts";
import type { Room, Session } from "../directory/session.ts";
import { closeFrameOf } from "./close-frame.ts";
import type { MessageOptions } from "../../boundary/flow/slow-policy.ts";
import type { DeliveryCounts } from "../flow/outbound-flow.ts";
import { frameCompressor } from "../frames/compression.ts";
import { Delivery } from "./delivery.ts";
import { FrameArena } from "./frame-arena.ts";
import { FrameCutter } from "./frame-cutter.ts";
import { clip, countFrames, type FrameRanges } from "./frame-ranges.ts";
import type { HistoryFrame } from "../frames/history-frame.ts";
import { FrameSelection } from "./frame-selection.ts";
import { framesOf, RoomFrames } from "./room-frames.ts";
import type { WaitingFrames } from "../flow/traffic-snapshot.ts";
import { OUTBOX_DEFAULTS, type OutboxOptions } from "./outbox-options.ts";
import { queueOf, type KeptBatches, type Link, type SessionQueue } from "./session-queue.ts";

/**
 * A broadcast costs the same for any number of members: its frame goes into the turn's arena, and at the flush all
 * members who get the same frames share one buffer. A session gets a selection of its own only if it differs: direct
 * sends, exclusions, joins and leaves in mid-turn, several rooms.
 */
export class TurnOutbox implements Outbox {
  readonly #clock: Clock;
  readonly #delivery: Delivery;
  readonly #arena: FrameArena;
  /** Those of clients of `parlor.v1` are used in turns with binary messages. */
  readonly #cutters: Readonly<Record<"all" | "line", Cutters>>;
  #turn = 1;
  /** The rooms that were sent to in this turn. */
  #rooms: Room[] = [];
  #selections: FrameSelection[] = [];
  /** The sessions that were sent to directly; some may have a selection by now. */
  #direct: Session[] = [];
  #hold: { readonly timer: Timer; readonly due: number } | null = null;
  /** What is still to be collected before the next flush. */
  #atFlush: (() => void) | null = null;
  #hasClose = false;

  constructor(clock: Clock, options: Partial<OutboxOptions> = {}) {
    this.#clock = clock;
    const { deflateThreshold, ...rest } = { ...OUTBOX_DEFAULTS, ...options };
    this.#delivery = new Delivery(clock, { ...rest, deflateThreshold });
    this.#arena = new FrameArena(deflateThreshold === null ? null : frameCompressor(deflateThreshold));
    this.#cutters = cuttersFor(this.#arena, deflateThreshold !== null);
  }

  /** How many sessions wait, and for how many bytes. */
  get waiting(): WaitingFrames {
    return this.#delivery.watch;
  }

  get counts(): DeliveryCounts {
    return this.#delivery.flow.totals;
  }

  get onUnsent(): (session: Session, bytes: number) => void {
    return this.#delivery.watch.onUnsent;
  }

  set onUnsent(listener: (session: Session, bytes: number) => void) {
    this.#delivery.watch.onUnsent = listener;
  }

  send(session: Session, data: Payload | EncodedMessage, options?: MessageOptions): void {
    const queue = queueOf(session);
    this.#delivery.flow.collect(1);
    if (queue.closeFrame !== null) return this.#delivery.dropClosed(queue, ONE_FRAME);
    const frame = this.#arena.append(data as Payload | HistoryFrame);
    if (options !== undefined) this.#arena.setOptions(frame, options);
    if (queue.selection === null && this.#isInARow(session, queue, frame)) queue.directTo = frame + 1;
    else this.#selectionOf(session, queue).send(frame);
  }

  /** Sends an envelope to a session of `parlor.v1`. */
  sendEnvelope(session: Session, text: string): void {
    this.sendEnvelopes([session], text);
  }

  sendEnvelopes(sessions: readonly Session[], text: string): void {
    const frame = this.#arena.appendEnvelope(Buffer.from(`${ENVELOPE_BYTE}${text}`));
    this.#delivery.flow.collect(sessions.length);
    for (const session of sessions) {
      const queue = queueOf(session);
      if (queue.closeFrame !== null) this.#delivery.dropClosed(queue, ONE_FRAME);
      else this.#selectionOf(session, queue).send(frame);
    }
  }

  broadcast(
    room: Room,
    data: Payload | EncodedMessage,
    except: Session | null,
    options?: MessageOptions,
  ): void {
    const excluded = except !== null && room.members.has(except);
    const receivers = room.members.size - (excluded ? 1 : 0);
    if (receivers === 0) return;
    this.#delivery.flow.collect(receivers);
    const frame = this.#arena.append(data as Payload | HistoryFrame);
    if (options !== undefined) this.#arena.setOptions(frame, options);
    this.#framesFor(room).add(frame);
    if (excluded) this.#selectionOf(except, queueOf(except)).exclude(frame);
  }

  joining(session: Session, room: Room): void {
    const frames = framesOf(room);
    if (frames === null || room.members.has(session)) return;
    this.#selectionOf(session, queueOf(session)).join(frames, this.#arena.count);
  }

  leaving(session: Session, room: Room): void {
    const frames = framesOf(room);
    if (frames === null || !room.members.has(session)) return;
    this.#selectionOf(session, queueOf(session)).leave(frames, this.#arena.count);
  }

  close(session: Session, code: number, reason: string): void {
    const queue = queueOf(session);
    if (queue.closeFrame !== null) return;
    this.#selectionOf(session, queue).endsAt = this.#arena.count;
    this.#hasClose = true;
    queue.closeFrame = closeFrameOf(code, reason);
  }

  /** Whether the turn holds a close. */
  get hasClose(): boolean {
    return this.#hasClose;
  }

  /** Gives a connecting session its connection; messages that were sent to it before go first. */
  attach(session: Session, link: Link): void {
    const queue = queueOf(session);
    this.#delivery.attach(queue, link);
    // Without a selection the close is from an earlier turn, and nothing precedes it.
    if (queue.closeFrame !== null && queue.selection === null) this.#delivery.close(queue);
  }

  /** What was sent to the session and not acknowledged is kept from now on, and it may lose its connection. */
  keep(session: Session, kept: KeptBatches): void {
    queueOf(session).kept = kept;
  }

  /** The session has lost its connection, and may get another by `attach`. */
  detach(session: Session): void {
    this.#delivery.detach(queueOf(session));
  }

  /** The client left before there was a connection: all that was and will be sent to it is dropped. */
  forget(session: Session): void {
    this.#delivery.forget(queueOf(session));
  }

  flush(): void {
    this.#hold?.timer.cancel();
    this.#hold = null;
    const last = this.#atFlush;
    this.#atFlush = null;
    last?.();
    if (this.#arena.count === 0 && this.#selections.length === 0) return;
    if (this.#rooms.length > 0) this.#selectDirect();
    if (this.#rooms.length > 1) this.#selectOverlaps();
    this.#writeDirect();
    for (const room of this.#rooms) this.#writeRoom(room);
    for (const selection of this.#selections) this.#writeSelection(selection);
    this.#startTurn();
    this.#delivery.closeAll();
  }

  atFlush(action: () => void): void {
    this.#atFlush = action;
    this.hold(0);
  }

  /** Flushes in `ms` at the latest. */
  hold(ms: number): void {
    const due = this.#clock.ticks() + ms;
    if (this.#hold !== null && this.#hold.due <= due) return;
    this.#hold?.timer.cancel();
    this.#hold = { timer: this.#clock.after(ms, () => this.flush()), due };
  }

  // A reply to the sender is the commonest direct send: it must not cost an object.
  #isInARow(session: Session, queue: SessionQueue, frame: number): boolean {
    if (queue.directTo !== queue.directFrom) return queue.directTo === frame;
    queue.directFrom = frame;
    this.#direct.push(session);
    return true;
  }

  // The frames of a room may be for these sessions, too.
  #selectDirect(): void {
    for (const session of this.#direct) this.#selectionOf(session, queueOf(session));
  }

  // A session in two rooms that were sent to must get the frames of both in one order.
  #selectOverlaps(): void {
    const turn = ++this.#turn;
    for (const room of this.#rooms) {
      for (const session of room.members) {
        const queue = queueOf(session);
        if (queue.seenIn === turn) this.#selectionOf(session, queue);
        queue.seenIn = turn;
      }
    }
  }

  #writeDirect(): void {
    const delivery = this.#delivery;
    for (const session of this.#direct) {
      const queue = queueOf(session);
      const { directFrom: from, directTo: to } = queue;
      if (from === to) continue;
      queue.directTo = from;
      const cutter = this.#cutterFor(queue);
      const slice = cutter.isPlain ? this.#arena.oneSlice(from, to) : null;
      if (slice === null || !delivery.writeAtOnce(queue, slice, to - from))
        delivery.deliver(queue, cutter.batch([{ from, to }], OWN_SLICES, null));
    }
    this.#direct = [];
  }

  #writeRoom(room: Room): void {
    const delivery = this.#delivery;
    const frames = this.#framesFor(room);
    for (const session of room.members) {
      const queue = queueOf(session);
      if (queue.selection !== null) continue;
      if (queue.closeFrame !== null) delivery.dropClosed(queue, frames.dropped);
      else delivery.deliver(queue, frames.batch(this.#cutterFor(queue)));
    }
  }

  #writeSelection(selection: FrameSelection): void {
    const { session, endsAt } = selection;
    const delivery = this.#delivery;
    const queue = queueOf(session);
    const hasRooms = this.#rooms.length > 0;
    const sent = selection.collect(hasRooms);
    const kept = endsAt < this.#arena.count ? clip(sent, 0, endsAt) : sent;
    if (kept !== sent) this.#dropAfter(selection, clip(sent, endsAt, Infinity));
    if (kept.length > 0) {
      const shares = selection.shares(kept, hasRooms);
      delivery.deliver(queue, this.#cutterFor(queue).batch(kept, OWN_SLICES, shares));
    }
    if (endsAt !== Infinity) delivery.closeLater(queue);
  }

  #dropAfter(selection: FrameSelection, ranges: FrameRanges): void {
    const frames = countFrames(ranges);
    if (frames === 0) return;
    const shares = selection.shares(ranges, this.#rooms.length > 0);
    this.#delivery.dropClosed(queueOf(selection.session), { frames, bytes: 0, shares });
  }

  #startTurn(): void {
    for (const room of this.#rooms) room.outboxState = null;
    for (const selection of this.#selections) queueOf(selection.session).selection = null;
    this.#rooms = [];
    this.#selections = [];
    this.#hasClose = false;
    this.#arena.reset();
  }

  #framesFor(room: Room): RoomFrames {
    const known = framesOf(room);
    if (known !== null) return known;
    const frames = new RoomFrames(room);
    room.outboxState = frames;
    this.#rooms.push(room);
    return frames;
  }

  // Without binary messages, clients of `parlor.v1` get what all others get.
  #cutterFor({ link, isLine }: SessionQueue): FrameCutter {
    const { plain, deflating } = isLine && this.#arena.hasBinary ? this.#cutters.line : this.#cutters.all;
    return deflating !== null && link !== null && link.inflates ? deflating : plain;
  }

  #selectionOf(session: Session, queue: SessionQueue): FrameSelection {
    if (queue.selection !== null) return queue.selection;
    const selection = new FrameSelection(session, queue.closeFrame === null ? Infinity : 0);
    for (; queue.directFrom < queue.directTo; queue.directFrom++) selection.send(queue.directFrom);
    this.#selections.push(selection);
    return (queue.selection = selection);
  }
}

interface Cutters {
  readonly plain: FrameCutter;
  /** For clients that understand compression; null when nothing is compressed. */
  readonly deflating: FrameCutter | null;
}

function cuttersFor(arena: FrameArena, deflates: boolean): Readonly<Record<"all" | "line", Cutters>> {
  const pair = (isLine: boolean): Cutters => ({
    plain: new FrameCutter(arena, { deflates: false, isLine }),
    deflating: deflates ? new FrameCutter(arena, { deflates, isLine }) : null,
  });
  return { all: pair(false), line: pair(true) };
}

const ONE_FRAME = { frames: 1, bytes: 0, shares: null } as const;

// The system call gathers a few slices cheaper than they can be copied together: so members of a room who do not get
// their own messages still share the room's memory.
const OWN_SLICES = 8;

/** The first byte of an envelope, as text. */
const ENVELOPE_BYTE = "\u0002";
