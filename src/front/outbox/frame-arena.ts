// Front: the frames of one turn, encoded once and numbered.
import type { Payload } from "../../boundary/payload.ts";
import { firstByte, headerSize, writeHeader } from "./frame.ts";
import type { FrameRange, FrameRanges } from "./frame-ranges.ts";
import { countFrames } from "./frame-ranges.ts";
import { FrameBatch } from "./frame-batch.ts";

/**
 * Frames are numbered from 0. Each message is encoded once, and frames with successive numbers are
 * successive in memory: a range of them is one slice, for any number of sockets.
 */
export class FrameArena {
  #chunk: Buffer = Buffer.allocUnsafeSlow(CHUNK);
  #end = 0;
  #count = 0;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** In order of their frames; most turns need one. */
  #memories: Memory[] = [];
  #compressed: (Buffer | null)[] = [];

  get count(): number {
    return this.#count;
  }

  /** Encodes a message and returns its number. */
  append(data: Payload): number {
    if (typeof data !== "string") this.#appendBytes(data);
    else if (data.length < MEASURED_FROM) this.#appendText(data);
    else this.#appendLongText(data);
    return this.#count++;
  }

  /** The given frames, compressed where `compress` does it, in up to `maxSlices` slices (more if they are large). */
  batch(ranges: FrameRanges, maxSlices: number, compress: Compress | null): FrameBatch {
    const slices: Buffer[] = [];
    for (const { from, to } of ranges) {
      if (compress === null) this.#slice(from, to, slices);
      else this.#sliceCompressed(from, to, slices, compress);
    }
    const batch = new FrameBatch(countFrames(ranges), slices);
    if (slices.length > maxSlices && batch.bytes <= JOINED_TO) batch.join();
    return batch;
  }

  /** Frames as one slice; null when they lie in several pieces of memory. */
  oneSlice(from: number, to: number): Buffer | null {
    const memory = this.#memories[0];
    if (memory === undefined || this.#memories.length > 1) return null;
    return memory.buffer.subarray(this.#starts[from], this.#ends[to - 1]);
  }

  /** Starts the next turn. Slices that are still being written keep their memory alive. */
  reset(): void {
    if (this.#count > KEPT_SIZE) this.#starts.length = this.#ends.length = 0;
    this.#count = 0;
    this.#memories = [];
    if (this.#compressed.length > 0) this.#compressed = [];
  }

  #appendText(text: string): void {
    const memory = this.#reserve(4 + 3 * text.length);
    const start = this.#end;
    const guess = headerSize(text.length);
    const size = memory.buffer.write(text, start + guess);
    const header = headerSize(size);
    if (header > guess) memory.buffer.copyWithin(start + header, start + guess, start + guess + size);
    writeHeader(memory.buffer, start, firstByte(true, false), size);
    this.#commit(memory, start, start + header + size);
  }

  #appendLongText(text: string): void {
    const size = Buffer.byteLength(text);
    const header = headerSize(size);
    const memory = this.#reserve(header + size);
    const start = this.#startIn(memory);
    writeHeader(memory.buffer, start, firstByte(true, false), size);
    memory.buffer.write(text, start + header, size);
    this.#commit(memory, start, start + header + size);
  }

  #appendBytes(bytes: Uint8Array): void {
    const header = headerSize(bytes.length);
    const memory = this.#reserve(header + bytes.length);
    const start = this.#startIn(memory);
    writeHeader(memory.buffer, start, firstByte(false, false), bytes.length);
    memory.buffer.set(bytes, start + header);
    this.#commit(memory, start, start + header + bytes.length);
  }

  // A large frame has its own memory, so that it neither wastes the rest of a chunk nor keeps one alive.
  #reserve(size: number): Memory {
    if (size > CHUNK / 4) return this.#use(Buffer.allocUnsafeSlow(size));
    if (this.#end + size > CHUNK) {
      this.#chunk = Buffer.allocUnsafeSlow(CHUNK);
      this.#end = 0;
    }
    return this.#use(this.#chunk);
  }

  #use(buffer: Buffer): Memory {
    const last = this.#memories.at(-1);
    if (last?.buffer === buffer) return last;
    const memory = { from: this.#count, to: this.#count, buffer };
    this.#memories.push(memory);
    return memory;
  }

  #startIn(memory: Memory): number {
    return memory.buffer === this.#chunk ? this.#end : 0;
  }

  #commit(memory: Memory, start: number, end: number): void {
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = end;
    memory.to = this.#count + 1;
    if (memory.buffer === this.#chunk) this.#end = end;
  }

  #slice(first: number, end: number, into: Buffer[]): void {
    for (const { from, to, buffer } of this.#memories) {
      const start = Math.max(first, from);
      const last = Math.min(end, to) - 1;
      if (start <= last) into.push(buffer.subarray(this.#starts[start], this.#ends[last]));
    }
  }

  #sliceCompressed(first: number, end: number, into: Buffer[], compress: Compress): void {
    let plainFrom = first;
    for (let frame = first; frame < end; frame++) {
      const compressed = this.#compressOnce(frame, compress);
      if (compressed === null) continue;
      this.#slice(plainFrom, frame, into);
      into.push(compressed);
      plainFrom = frame + 1;
    }
    this.#slice(plainFrom, end, into);
  }

  #compressOnce(frame: number, compress: Compress): Buffer | null {
    const known = this.#compressed[frame];
    if (known !== undefined) return known;
    const memory = this.#memories.findLast(({ from }) => from <= frame);
    const plain = memory?.buffer.subarray(this.#starts[frame], this.#ends[frame]);
    return (this.#compressed[frame] = plain === undefined ? null : compress(plain));
  }
}

/** Returns a message's compressed frame, or null when compression does not pay. */
export type Compress = (frame: Buffer) => Buffer | null;

/** Where the frames from `from` up to, and without, `to` lie. */
interface Memory extends FrameRange {
  readonly buffer: Buffer;
}

const CHUNK = 128 * 1024;
// Longer texts are measured first; shorter ones are written at once, with space for three bytes per character.
const MEASURED_FROM = 4096;
// Up to this size, slices above the allowed number are copied together; for more bytes copying costs more than it saves.
const JOINED_TO = 64 * 1024;
// A turn with more frames gives its lists back afterwards.
const KEPT_SIZE = 65_536;
