// Front: the frames that were written to a session and that its client has not acknowledged.
import type { FrameBatch, RawSocket } from "../outbox/frame-batch.ts";
import { frameEnd } from "../frames/frame.ts";
import { inflatedFrames } from "./inflated-frames.ts";

/**
 * Frames are numbered as they are written. They are kept in the batches that they were written in, which sessions share.
 * Beyond the bound the oldest are dropped: then a client that has not received them cannot return.
 */
export class KeptFrames {
  /** The number of the next frame. */
  next = 0;
  /** All frames below this number have been acknowledged. */
  acknowledged = 0;
  /** Whether something was dropped that has not been written: the client can no longer return. */
  isOverflown = false;
  /** Of the frames that are kept. */
  bytes = 0;
  readonly #limits: ResumeBounds;
  readonly #totals: KeptTotals;
  /** Shared while it is empty: most sessions are idle. */
  #batches = NO_BATCHES;
  /** The number of the first frame that is kept. */
  #first = 0;
  /** Whether some of it may be compressed. */
  #inflates = false;

  constructor(limits: ResumeBounds, totals: KeptTotals) {
    this.#limits = limits;
    this.#totals = totals;
  }

  /** Writes a batch, which gets its numbers. */
  write(batch: FrameBatch, link: KeptLink): void {
    batch.detach();
    if (this.#batches.length > 0) this.#batches.push(batch);
    else this.#startWith(batch);
    this.next += batch.frames;
    this.bytes += batch.bytes;
    this.#totals.keep(batch);
    this.#inflates ||= link.inflates;
    if (this.isOver(NOTHING_WAITS)) this.bound(NOTHING_WAITS);
    if (this.#inflates && !link.inflates) link.rawSocket.write(inflatedFrames(batch.whole));
    else batch.writeTo(link.rawSocket);
  }

  /** The client has received all frames below this number. Returns false if that cannot be. */
  acknowledge(received: number): boolean {
    if (received > this.next || received < this.acknowledged) return false;
    this.acknowledged = received;
    while (this.#batches.length > 0 && this.#first + (this.#batches[0]?.frames ?? 0) <= received)
      this.#dropFirst();
    return true;
  }

  /** Whether all frames from this number on are kept. */
  has(received: number): boolean {
    return !this.isOverflown && received >= Math.max(this.#first, this.acknowledged);
  }

  /** Writes all that has not been acknowledged to another connection. */
  resend(link: KeptLink): void {
    let skipped = this.acknowledged - this.#first;
    for (const batch of this.#batches) {
      const bytes = behind(batch.whole, skipped);
      skipped = 0;
      link.rawSocket.write(this.#inflates && !link.inflates ? inflatedFrames(bytes) : bytes);
    }
  }

  /** Whether there is more than may be kept, with the frames that wait. */
  isOver({ frames, bytes }: WaitingCounts): boolean {
    const { messages, bytes: most } = this.#limits;
    this.#totals.bound();
    return this.next - this.#first + frames > messages || this.bytes + bytes > most;
  }

  /** Drops the oldest until the bound is kept; false if the waiting frames alone are beyond it. */
  bound(waiting: WaitingCounts): boolean {
    while (this.#batches.length > 0 && this.isOver(waiting)) this.#dropFirst();
    return waiting.frames === 0 || !this.isOver(waiting);
  }

  /** Frames were dropped that have not been written. */
  overflow(): void {
    this.isOverflown = true;
    this.end();
  }

  /** From now on nothing is kept. */
  end(): void {
    for (const batch of this.#batches) this.#totals.release(batch);
    this.#forget();
    this.bytes = 0;
    this.#first = this.next;
  }

  #dropFirst(): void {
    const batch = this.#batches.shift();
    if (batch === undefined) return;
    if (this.#batches.length === 0) this.#forget();
    this.#first += batch.frames;
    this.bytes -= batch.bytes;
    this.#totals.release(batch);
  }

  #startWith(batch: FrameBatch): void {
    this.#batches = [batch];
    this.#totals.holders.add(this);
  }

  #forget(): void {
    this.#batches = NO_BATCHES;
    this.#totals.holders.delete(this);
  }
}

/** How much is kept for all sessions; what they share counts once. */
export class KeptTotals {
  bytes = 0;
  /** Those for which something is kept. */
  readonly holders = new Set<KeptFrames>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Over the limit, nothing is kept any more for those for which most is kept: other sessions do not pay for them. */
  bound(): void {
    if (this.bytes <= this.#limit) return;
    for (const holder of [...this.holders].toSorted((one, other) => other.bytes - one.bytes)) {
      if (this.bytes <= this.#limit * RELIEVED) return;
      holder.end();
    }
  }

  keep(batch: FrameBatch): void {
    batch.keepers += 1;
    if (batch.keepers === 1) this.bytes += batch.bytes;
  }

  release(batch: FrameBatch): void {
    batch.keepers -= 1;
    if (batch.keepers === 0) this.bytes -= batch.bytes;
  }
}

/** How much is kept for one session. */
export interface ResumeBounds {
  readonly messages: number;
  readonly bytes: number;
}

/** Frames that wait for the session. */
export interface WaitingCounts {
  readonly frames: number;
  readonly bytes: number;
}

/** The connection that is written to. */
export interface KeptLink {
  readonly rawSocket: RawSocket;
  readonly inflates: boolean;
}

/** A part of the limit, so that this is seldom done. */
const RELIEVED = 7 / 8;

/** Never changed. */
const NO_BATCHES: FrameBatch[] = [];
const NOTHING_WAITS: WaitingCounts = { frames: 0, bytes: 0 };

/** The bytes behind the first frames. */
function behind(bytes: Buffer, frames: number): Buffer {
  let at = 0;
  for (let left = frames; left > 0; left--) at = frameEnd(bytes, at);
  return bytes.subarray(at);
}
