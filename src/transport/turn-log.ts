import type { Payload } from "../core/payload.ts";
import { firstByte, headerSize, writeHeader } from "./frame.ts";
import { countFrames, type Runs } from "./runs.ts";
import { Sheaf } from "./sheaf.ts";

const CHUNK = 128 * 1024;
// Longer texts are measured first; shorter ones are written at once, into room for three bytes a character.
const MEASURED_FROM = 4096;
// More slices than a sheaf may have are copied together up to this size; above it, copying costs more than it saves.
const JOINED_TO = 64 * 1024;
// The lists of a larger turn are given back after it.
const KEPT_SIZE = 65_536;

/** Tells a message's compressed frame, or null when it is not worth it. */
export type Compress = (frame: Buffer) => Buffer | null;

/**
 * The frames of one turn, numbered from 0. Each message is encoded once, and frames with successive numbers are
 * successive in memory: a run of them is one slice, for however many sockets.
 */
export class TurnLog {
  #chunk: Buffer = Buffer.allocUnsafeSlow(CHUNK);
  #end = 0;
  #count = 0;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** From which frame on which memory; a turn seldom needs a second one. */
  #memories: { readonly from: number; readonly buffer: Buffer }[] = [];
  #compressed: (Buffer | null)[] = [];

  get count(): number {
    return this.#count;
  }

  /** Encodes a message and tells its number. */
  append(data: Payload): number {
    if (typeof data !== "string") this.#appendBytes(data);
    else if (data.length < MEASURED_FROM) this.#appendText(data);
    else this.#appendLongText(data);
    return this.#count++;
  }

  /** Cuts out frames, in their compressed form where `compress` has one, as at most so many slices. */
  sheaf(runs: Runs, maxSlices: number, compress: Compress | null): Sheaf {
    const slices: Buffer[] = [];
    for (let at = 0; at < runs.length; at += 2) {
      if (compress === null) this.#slice(runs[at]!, runs[at + 1]!, slices);
      else this.#sliceCompressed(runs[at]!, runs[at + 1]!, slices, compress);
    }
    const sheaf = new Sheaf(countFrames(runs), slices);
    if (slices.length > maxSlices && sheaf.bytes <= JOINED_TO) sheaf.join();
    return sheaf;
  }

  /** Starts the next turn. What is still being written keeps its memory alive itself. */
  reset(): void {
    if (this.#count > KEPT_SIZE) this.#starts.length = this.#ends.length = 0;
    this.#count = 0;
    if (this.#memories.length > 0) this.#memories = [];
    if (this.#compressed.length > 0) this.#compressed = [];
  }

  #appendText(text: string): void {
    const memory = this.#reserve(4 + 3 * text.length);
    const start = this.#end;
    const guess = headerSize(text.length);
    const size = memory.write(text, start + guess);
    const header = headerSize(size);
    if (header > guess) memory.copyWithin(start + header, start + guess, start + guess + size);
    writeHeader(memory, start, firstByte(true, false), size);
    this.#commit(start, start + header + size);
  }

  #appendLongText(text: string): void {
    const size = Buffer.byteLength(text);
    const header = headerSize(size);
    const memory = this.#reserve(header + size);
    const start = memory === this.#chunk ? this.#end : 0;
    writeHeader(memory, start, firstByte(true, false), size);
    memory.write(text, start + header, size);
    this.#commit(start, start + header + size);
  }

  #appendBytes(bytes: Uint8Array): void {
    const header = headerSize(bytes.length);
    const memory = this.#reserve(header + bytes.length);
    const start = memory === this.#chunk ? this.#end : 0;
    writeHeader(memory, start, firstByte(false, false), bytes.length);
    memory.set(bytes, start + header);
    this.#commit(start, start + header + bytes.length);
  }

  // A large frame has memory of its own, so that it neither wastes the rest of a chunk nor is kept alive by one.
  #reserve(size: number): Buffer {
    if (size > CHUNK / 4) return this.#useMemory(Buffer.allocUnsafeSlow(size));
    if (this.#end + size > CHUNK) {
      this.#chunk = Buffer.allocUnsafeSlow(CHUNK);
      this.#end = 0;
    }
    return this.#useMemory(this.#chunk);
  }

  #useMemory(buffer: Buffer): Buffer {
    const memories = this.#memories;
    if (memories.length === 0 || memories[memories.length - 1]!.buffer !== buffer)
      memories.push({ from: this.#count, buffer });
    return buffer;
  }

  #commit(start: number, end: number): void {
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = end;
    if (this.#memories[this.#memories.length - 1]!.buffer === this.#chunk) this.#end = end;
  }

  #slice(first: number, end: number, into: Buffer[]): void {
    const memories = this.#memories;
    for (let at = 0; at < memories.length; at++) {
      const from = Math.max(first, memories[at]!.from);
      const to = at + 1 < memories.length ? Math.min(end, memories[at + 1]!.from) : end;
      if (from < to) into.push(memories[at]!.buffer.subarray(this.#starts[from]!, this.#ends[to - 1]!));
    }
  }

  #sliceCompressed(first: number, end: number, into: Buffer[], compress: Compress): void {
    let plainFrom = first;
    for (let frame = first; frame < end; frame++) {
      const compressed = this.#compressOnce(frame, compress);
      if (compressed === null) continue;
      if (plainFrom < frame) this.#slice(plainFrom, frame, into);
      into.push(compressed);
      plainFrom = frame + 1;
    }
    if (plainFrom < end) this.#slice(plainFrom, end, into);
  }

  #compressOnce(frame: number, compress: Compress): Buffer | null {
    const known = this.#compressed[frame];
    if (known !== undefined) return known;
    const slices: Buffer[] = [];
    this.#slice(frame, frame + 1, slices);
    return (this.#compressed[frame] = compress(slices[0]!));
  }
}
