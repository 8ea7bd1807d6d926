// Front: writes frames to sessions' sockets, keeps those of sessions that are connecting, and cuts slow readers.
import { TRY_AGAIN_LATER } from "../../boundary/errors/close-codes.ts";
import type { Clock } from "../../boundary/clock.ts";
import { closeFrameOf, type CloseFrame } from "./close-frame.ts";
import { frameCompressor } from "./compression.ts";
import type { Compress } from "./frame-arena.ts";
import type { FrameBatch } from "./frame-batch.ts";
import { NO_LINK, type Link, type SessionQueue } from "./session-queue.ts";

/** Each frame that was offered is counted as delivered, queued or dropped, once for each receiver. */
export class Delivery {
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
  /** Sessions to close when the turn's frames have been written. */
  #closing: SessionQueue[] = [];

  constructor(clock: Clock, options: OutboxOptions) {
    this.#clock = clock;
    this.#options = options;
    const { deflateThreshold } = options;
    this.#compress = deflateThreshold === null ? null : frameCompressor(deflateThreshold);
  }

  /** A message will be written, kept or dropped for this many receivers. */
  offer(receivers: number): void {
    this.counts.offered += receivers;
    this.counts.queued += receivers;
  }

  /** Frames whose session is closed, closing or gone. */
  dropClosed(frames: number): void {
    this.counts.droppedClosed += frames;
    this.counts.queued -= frames;
  }

  /** The compression that the session's client understands; null for none. */
  compressFor(queue: SessionQueue): Compress | null {
    return this.#compress !== null && queue.link !== null && queue.link.inflates ? this.#compress : null;
  }

  deliver(queue: SessionQueue, batch: FrameBatch): void {
    const { link } = queue;
    if (link === null) this.#keep(queue, batch);
    else if (link.readyState !== OPEN) this.dropClosed(batch.frames);
    else if (link.rawSocket.writableLength > this.#options.unsentLimit) this.#cut(queue, batch);
    else this.#write(link, batch);
  }

  /** Writes one slice if nothing waits in the socket; returns whether it did. */
  writeAtOnce({ link }: SessionQueue, slice: Buffer, frames: number): boolean {
    if (link === null || link.readyState !== OPEN || link.rawSocket.writableLength > 0) return false;
    link.rawSocket.write(slice);
    this.counts.delivered += frames;
    this.counts.queued -= frames;
    return true;
  }

  /** The session has its connection: frames that were kept for it are written. */
  attach(queue: SessionQueue, link: Link): void {
    queue.link = link;
    const { waiting } = queue;
    queue.waiting = null;
    for (const batch of waiting ?? []) this.#write(link, batch);
  }

  /** The client left before it had a connection: frames that were kept are dropped, and so are all that follow. */
  forget(queue: SessionQueue): void {
    queue.link ??= NO_LINK;
    for (const batch of queue.waiting ?? []) this.dropClosed(batch.frames);
    queue.waiting = null;
  }

  closeLater(queue: SessionQueue): void {
    this.#closing.push(queue);
  }

  /** Closes the sessions of `closeLater`. Listeners of a close may send: a new turn must have started before. */
  closeAll(): void {
    if (this.#closing.length === 0) return;
    const closing = this.#closing;
    this.#closing = [];
    for (const queue of closing) this.close(queue);
  }

  /** Sends the close frame, if the session has one and is open. */
  close({ link, closeFrame }: SessionQueue): void {
    if (link === null || closeFrame === null || link.readyState !== OPEN) return;
    link.close(closeFrame.code, closeFrame.reason);
    if (closeFrame === SLOW_CONSUMER) this.#clock.after(this.#options.slowGrace, () => link.terminate());
  }

  #write(link: Link, batch: FrameBatch): void {
    if (link.rawSocket.writableLength > 0) batch.detach();
    batch.writeTo(link.rawSocket);
    this.counts.delivered += batch.frames;
    this.counts.queued -= batch.frames;
  }

  #keep(queue: SessionQueue, batch: FrameBatch): void {
    if (queue.waitingBytes > this.#options.unsentLimit) return this.#cut(queue, batch);
    batch.detach();
    (queue.waiting ??= []).push(batch);
    queue.waitingBytes += batch.bytes;
  }

  #cut(queue: SessionQueue, batch: FrameBatch): void {
    this.counts.droppedSlow += batch.frames;
    this.counts.queued -= batch.frames;
    this.counts.cutSlow++;
    queue.closeFrame = SLOW_CONSUMER;
    this.#closing.push(queue);
  }
}

/** Bounds and choices of an outbox. */
export interface OutboxOptions {
  /** Unsent bytes of one session above which it is cut with 1013. Default 16 MiB. */
  readonly unsentLimit: number;
  /** For how long a session that was cut may take to read its close frame, in ms. Default 5 s. */
  readonly slowGrace: number;
  /** Bytes from which on messages are compressed for clients that agreed to it; null, the default, never compresses. */
  readonly deflateThreshold: number | null;
}

/** The number of messages, counted once for each receiver. `offered` is the sum of the next four. */
export interface DeliveryCounts {
  offered: number;
  /** Written to a socket. */
  delivered: number;
  /** Collected for the flush, or kept for a session that is connecting. */
  queued: number;
  /** The session was closed, closing or gone. */
  droppedClosed: number;
  /** The session was cut because it did not read. */
  droppedSlow: number;
  /** Sessions that were cut because they did not read. */
  cutSlow: number;
}

const OPEN = 1;
const SLOW_CONSUMER: CloseFrame = closeFrameOf(TRY_AGAIN_LATER, "slow consumer");
