// Front: frames that are written together.
import type { MessageOptions } from "../../boundary/flow/slow-policy.ts";
import type { CountedFrames, RoomShare } from "../flow/outbound-flow.ts";
import { countFrames, type FrameRanges } from "./frame-ranges.ts";
import type { FrameSlice } from "../frames/frame-form.ts";
import type { LaterFrame } from "../frames/later-frame.ts";

/** All members of a room who get the same frames share one batch, also while it waits. */
export class FrameBatch implements CountedFrames {
  readonly frames: number;
  /** They become fewer when it has been compressed. */
  bytes: number;
  readonly shares: readonly FrameShare[] | null;
  /** Of a message that has some: it is alone in its batch when it waits. */
  readonly options: MessageOptions | null;
  /** For how many sessions it waits, or is being written. */
  holders = 0;
  /** For how many sessions it is kept until it is acknowledged. */
  keepers = 0;
  #slices: readonly FrameSlice[];
  /** Null when no slice of it is being compressed. */
  #pending: PendingSlices | null = null;
  readonly #ranges: FrameRanges;
  readonly #cutter: BatchCutter | null;
  /** What waits in its place, once it has been cut. */
  #parts: BatchParts | null = null;

  /** `cutter`: null for frames that are never cut again. */
  constructor(
    slices: readonly FrameSlice[],
    ranges: FrameRanges,
    shares: readonly FrameShare[] | null,
    cutter: BatchCutter | null,
  ) {
    this.frames = countFrames(ranges);
    this.shares = shares;
    this.options = cutter === null ? null : cutter.optionsOf(ranges);
    this.#slices = slices;
    this.#ranges = ranges;
    this.#cutter = cutter;
    let bytes = 0;
    for (const slice of slices) {
      bytes += slice.byteLength;
      if (!(slice instanceof Uint8Array) && slice.frame === null) this.#await(slice);
    }
    this.bytes = bytes;
  }

  /** Whether nothing of it is still being compressed. */
  get isReady(): boolean {
    return this.#pending === null;
  }

  /** Calls `action` when it is ready, once for each function; only while it is not. */
  whenReady(action: ReadyAction): void {
    this.#pending?.actions.add(action);
  }

  #await(slice: LaterFrame): void {
    const pending = (this.#pending ??= { count: 0, actions: new Set() });
    pending.count += 1;
    slice.actions.push(() => {
      pending.count -= 1;
      if (pending.count === 0) this.#becomeReady(pending.actions);
    });
  }

  #becomeReady(actions: ReadonlySet<ReadyAction>): void {
    const before = this.bytes;
    this.#pending = null;
    this.bytes = this.#slices.reduce((sum, slice) => sum + slice.byteLength, 0);
    for (const action of actions) action(this, this.bytes - before);
  }

  /** All of its bytes; a copy if they lie in several pieces of memory. */
  get whole(): Buffer {
    if (this.#slices.length !== 1) this.join();
    return bytesOf(this.#slices[0] as FrameSlice) as Buffer;
  }

  writeTo(socket: RawSocket): void {
    const isWhole = this.#slices.length === 1;
    if (!isWhole) socket.cork();
    for (const slice of this.#slices) socket.write(bytesOf(slice));
    if (!isWhole) socket.uncork();
  }

  /** Copies its slices into one piece of memory. */
  join(): void {
    const parts = this.#slices.map(bytesOf);
    const joined = Buffer.allocUnsafeSlow(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    this.#slices = [joined];
  }

  /**
   * What waits in its place: single frames, or runs of frames without options. Only in the turn of its frames. Small
   * slices are copied: 20 bytes that wait would otherwise keep a chunk of 128 KiB alive, and a slow reader one of every
   * turn. The copies are shared by all sessions that wait.
   */
  parts(isFine: boolean): readonly FrameBatch[] {
    const parts = (this.#parts ??= { runs: null, singles: null });
    if (isFine) return (parts.singles ??= this.#cut(true));
    return (parts.runs ??= this.#cut(false));
  }

  #cut(isFine: boolean): readonly FrameBatch[] {
    const parts = this.#cutter?.split(this, this.#ranges, isFine) ?? [this];
    for (const part of parts) part.detach();
    return parts;
  }

  /** Keeps alive no more memory than its own. */
  detach(): void {
    if (!this.isReady) this.#slices = this.#slices.map(detached);
    else if (!this.#slices.every(fillsItsMemory)) this.join();
  }
}

interface BatchParts {
  runs: readonly FrameBatch[] | null;
  singles: readonly FrameBatch[] | null;
}

/** `change`: of its bytes. */
export type ReadyAction = (batch: FrameBatch, change: number) => void;

interface PendingSlices {
  count: number;
  readonly actions: Set<ReadyAction>;
}

/** Which of a batch's frames were sent to a room. */
export interface FrameShare extends RoomShare {
  /** All that the room was sent in the turn. */
  readonly ranges: FrameRanges;
}

/** Cuts a batch into smaller ones, in the turn of its frames. */
export interface BatchCutter {
  /** Single frames, or runs of frames without options. */
  split(batch: FrameBatch, ranges: FrameRanges, isFine: boolean): readonly FrameBatch[];
  /** The options of a message that is alone. */
  optionsOf(ranges: FrameRanges): MessageOptions | null;
}

/** A net.Socket, as the outbox needs it. */
export interface RawSocket {
  /** Bytes that the kernel has not taken yet. */
  readonly writableLength: number;
  /** Whether it has not failed and was not destroyed. */
  readonly writable: boolean;
  /** `onTaken` is called when the kernel has taken it, or the socket is lost. */
  write(data: Uint8Array, onTaken?: (error?: Error | null) => void): boolean;
  cork(): void;
  uncork(): void;
}

function bytesOf(slice: FrameSlice): Uint8Array {
  if (slice instanceof Uint8Array) return slice;
  if (slice.frame === null) throw new Error("a frame was written before it was compressed");
  return slice.frame;
}

function detached(slice: FrameSlice): FrameSlice {
  return slice instanceof Uint8Array && !fillsItsMemory(slice) ? Uint8Array.from(slice) : slice;
}

function fillsItsMemory(slice: FrameSlice): boolean {
  const { byteLength, buffer } = bytesOf(slice);
  return byteLength * 2 >= buffer.byteLength;
}
