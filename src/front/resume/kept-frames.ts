// Front: the frames that were written to a session and that its client has not acknowledged.
import type { FrameBatch, RawSocket } from "../outbox/frame-batch.ts";
import { frameEnd } from "../frames/frame.ts";
import { FrameRun, RUN_SLICE } from "./frame-run.ts";
import { inflatedFrames } from "./inflated-frames.ts";
import { KeptList, type Kept } from "./kept-list.ts";

/**
 * Frames are numbered as they are written. They are kept in the batches that they were written in, which sessions share,
 * and small ones of this session alone in runs. Beyond the bound the oldest are dropped: then a client that has not received them cannot return.
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
  /** Null while it is empty: most sessions are idle. */
  #batches: KeptList | null = null;
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
    // Otherwise it has been detached for another session.
    if (batch.keepers === 0) batch.detach();
    this.#push(batch);
    this.#totals.keep(batch);
    this.#inflates ||= link.inflates;
    this.#count(batch.frames, batch.bytes);
    if (this.#inflates && !link.inflates) link.rawSocket.write(inflatedFrames(batch.whole));
    else batch.writeTo(link.rawSocket);
  }

  /** Writes plain frames that only this session gets, which get their numbers; false if they are too large to be copied. */
  writeSlice(slice: Buffer, frames: number, link: KeptLink): boolean {
    if (slice.length > RUN_SLICE) return false;
    const last = this.#batches?.last;
    if (!(last instanceof FrameRun) || !last.append(slice, frames)) this.#startRun(slice, frames);
    this.#totals.bytes += slice.length;
    this.#count(frames, slice.length);
    link.rawSocket.write(slice);
    return true;
  }

  /** The client has received all frames below this number. Returns false if that cannot be. */
  acknowledge(received: number): boolean {
    if (received > this.next || received < this.acknowledged) return false;
    this.acknowledged = received;
    for (let left = received - this.#first; left > 0; left = received - this.#first)
      if (!this.#dropFirst(left)) break;
    return true;
  }

  /** Whether all frames from this number on are kept. */
  has(received: number): boolean {
    return !this.isOverflown && received >= Math.max(this.#first, this.acknowledged);
  }

  /** Writes all that has not been acknowledged to another connection. */
  resend(link: KeptLink): void {
    let skipped = this.acknowledged - this.#first;
    for (const batch of this.#batches ?? []) {
      const bytes = behind(batch.whole, skipped);
      skipped = 0;
      link.rawSocket.write(this.#inflates && !link.inflates ? inflatedFrames(bytes) : bytes);
    }
  }

  /**
   * Drops the oldest until the bound holds with the frames that wait, down to `share` of it. Returns whether it holds; it
   * does where none wait.
   */
  bound(waiting: WaitingCounts, share: number): boolean {
    this.#totals.bound();
    while (this.#isOver(waiting, 1) && this.#isOver(NOTHING_WAITS, share)) {
      // Where all sessions keep too much, there may be none by now.
      const first = this.#batches?.first ?? null;
      if (first === null) break;
      this.#dropFirst(first instanceof FrameRun ? 1 : Infinity);
    }
    return waiting.frames === 0 || !this.#isOver(waiting, 1);
  }

  /** Frames were dropped that have not been written. */
  overflow(): void {
    this.isOverflown = true;
    this.end();
  }

  /** From now on nothing is kept. */
  end(): void {
    for (const batch of this.#batches ?? []) this.#release(batch);
    this.#forget();
    this.bytes = 0;
    this.#first = this.next;
  }

  /** Drops the oldest batch if it has up to `most` frames, or that many frames of a run. Returns whether it has. */
  #dropFirst(most: number): boolean {
    const first = this.#batches?.first ?? null;
    if (first === null) return false;
    if (first instanceof FrameRun) return this.#trim(first, most);
    if (first.frames > most) return false;
    this.#totals.release(first);
    this.#dropped(first.frames, first.bytes);
    this.#shift();
    return true;
  }

  #trim(run: FrameRun, most: number): boolean {
    const { frames, bytes } = run;
    run.dropFirst(most);
    this.#totals.bytes -= bytes - run.bytes;
    this.#dropped(frames - run.frames, bytes - run.bytes);
    if (run.frames === 0) this.#shift();
    return true;
  }

  #push(batch: Kept): void {
    if (this.#batches === null) {
      this.#batches = new KeptList();
      this.#totals.holders.add(this);
    }
    this.#batches.push(batch);
  }

  #startRun(slice: Buffer, frames: number): void {
    const run = new FrameRun();
    run.append(slice, frames);
    this.#push(run);
  }

  /** Frames have been kept. */
  #count(frames: number, bytes: number): void {
    this.next += frames;
    this.bytes += bytes;
    this.bound(NOTHING_WAITS, 1);
  }

  #isOver({ frames, bytes }: WaitingCounts, share: number): boolean {
    const { messages, bytes: most } = this.#limits;
    return this.next - this.#first + frames > messages * share || this.bytes + bytes > most * share;
  }

  #dropped(frames: number, bytes: number): void {
    this.#first += frames;
    this.bytes -= bytes;
  }

  #shift(): void {
    this.#batches?.shift();
    if (this.#batches?.length === 0) this.#forget();
  }

  #release(kept: Kept): void {
    if (kept instanceof FrameRun) this.#totals.bytes -= kept.bytes;
    else this.#totals.release(kept);
  }

  #forget(): void {
    this.#batches = null;
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

const NOTHING_WAITS: WaitingCounts = { frames: 0, bytes: 0 };

/** The bytes behind the first frames. */
function behind(bytes: Buffer, frames: number): Buffer {
  let at = 0;
  for (let left = frames; left > 0; left--) at = frameEnd(bytes, at);
  return bytes.subarray(at);
}
