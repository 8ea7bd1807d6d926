// Front: the frames of one turn, encoded once and numbered.
import type { Payload } from "../../boundary/payload.ts";
import { firstByte, headerSize, isText, writeHeader } from "../frames/frame.ts";
import { prefixedFrame } from "../frames/prefixed-frame.ts";
import type { MessageOptions } from "../../boundary/flow/slow-policy.ts";
import type { FrameRange } from "./frame-ranges.ts";
import type { FrameForm, FrameSlice } from "../frames/frame-form.ts";
import { HistoryFrame } from "../frames/history-frame.ts";
import type { Compress } from "../frames/compression.ts";

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
  #compressed: (FrameSlice | null)[] = [];
  /** Whether there are messages in the turn that have a form of their own for clients of `parlor.v1`. */
  #hasBinary = false;
  #line: LineForms | null = null;
  #options: Map<number, MessageOptions> | null = null;
  readonly #compress: Compress | null;

  /** `compress`: null when nothing is compressed. */
  constructor(compress: Compress | null) {
    this.#compress = compress;
  }

  get count(): number {
    return this.#count;
  }

  get hasBinary(): boolean {
    return this.#hasBinary;
  }

  /** Encodes an envelope, which only clients of `parlor.v1` get. */
  appendEnvelope(bytes: Uint8Array): number {
    (this.#line ??= noForms()).envelopes.add(this.#count);
    this.#appendBytes(bytes);
    return this.#count++;
  }

  /** Encodes a message and returns its number. */
  append(data: Payload | HistoryFrame): number {
    if (typeof data !== "string") {
      this.#hasBinary = true;
      if (data instanceof HistoryFrame) this.#appendKept(data);
      else this.#appendBytes(data);
    } else if (data.length < MEASURED_FROM) this.#appendText(data);
    else this.#appendLongText(data);
    return this.#count++;
  }

  /** A message has options; few have. */
  setOptions(frame: number, options: MessageOptions): void {
    (this.#options ??= new Map()).set(frame, options);
  }

  get hasOptions(): boolean {
    return this.#options !== null;
  }

  optionsOf(frame: number): MessageOptions | null {
    return this.#options?.get(frame) ?? null;
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
    this.#options = null;
    if (this.#compressed.length > 0) this.#compressed = [];
    this.#hasBinary = false;
    this.#line = null;
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

  // Copied where that costs less than another slice for each socket.
  #appendKept(kept: HistoryFrame): void {
    const { plain } = kept;
    (this.#line ??= noForms()).kept.set(this.#count, kept);
    if (plain.length >= SHARED_FROM) return this.#commit(this.#add(plain), 0, plain.length);
    const memory = this.#reserve(plain.length);
    const start = this.#startIn(memory);
    memory.buffer.set(plain, start);
    this.#commit(memory, start, start + plain.length);
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
    return last?.buffer === buffer ? last : this.#add(buffer);
  }

  #add(buffer: Buffer): Memory {
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

  /** Frames as slices, one for each piece of memory that they lie in. */
  slice(first: number, end: number, into: FrameSlice[]): void {
    for (const { from, to, buffer } of this.#memories) {
      const start = Math.max(first, from);
      const last = Math.min(end, to) - 1;
      if (start <= last) into.push(buffer.subarray(this.#starts[start], this.#ends[last]));
    }
  }

  /** Frames as slices; those that have another form for these clients are slices of their own. */
  sliceIn(form: FrameForm, range: FrameRange, into: FrameSlice[]): void {
    let plainFrom = range.from;
    for (let frame = range.from; frame < range.to; frame++) {
      const other = this.#formed(frame, form);
      if (other === null) continue;
      this.slice(plainFrom, frame, into);
      into.push(other);
      plainFrom = frame + 1;
    }
    this.slice(plainFrom, range.to, into);
  }

  /** The frame in the form of these clients, encoded once; null if it is the plain one. */
  #formed(frame: number, form: FrameForm): FrameSlice | null {
    const { isLine, deflates } = form;
    const kept = this.#line?.kept.get(frame);
    if (kept !== undefined) return kept.form(form, this.#compress);
    if (isLine && this.#isMessageOfBytes(frame)) return this.#prefixedOnce(frame, deflates);
    return deflates ? this.#compressOnce(frame) : null;
  }

  #compressOnce(frame: number): FrameSlice | null {
    const known = this.#compressed[frame];
    if (known !== undefined) return known;
    return (this.#compressed[frame] = this.#compress?.(this.#frameAt(frame)) ?? null);
  }

  #isMessageOfBytes(frame: number): boolean {
    return this.#line?.envelopes.has(frame) !== true && !isText(this.#frameAt(frame));
  }

  #prefixedOnce(frame: number, deflates: boolean): FrameSlice {
    const { prefixed, compressed } = (this.#line ??= noForms());
    const plain = (prefixed[frame] ??= prefixedFrame(this.#frameAt(frame)));
    return deflates ? (compressed[frame] ??= this.#compress?.(plain) ?? plain) : plain;
  }

  #frameAt(frame: number): Buffer {
    const memory = this.#memories.findLast(({ from }) => from <= frame);
    if (memory === undefined) throw new Error("a frame was cut out that is not in the turn");
    return memory.buffer.subarray(this.#starts[frame], this.#ends[frame]);
  }
}

/** Frames that have other forms, as for clients of `parlor.v1`. */
interface LineForms {
  readonly prefixed: (Buffer | undefined)[];
  readonly compressed: (FrameSlice | undefined)[];
  /** Frames that begin with their own byte. */
  readonly envelopes: Set<number>;
  /** Messages that rooms keep: they know their forms themselves. */
  readonly kept: Map<number, HistoryFrame>;
}

function noForms(): LineForms {
  return { prefixed: [], compressed: [], envelopes: new Set(), kept: new Map() };
}

/** Where the frames from `from` up to, and without, `to` lie. */
interface Memory extends FrameRange {
  readonly buffer: Buffer;
}

const CHUNK = 128 * 1024;
// Longer texts are measured first; shorter ones are written at once, with space for three bytes per character.
const MEASURED_FROM = 4096;
// Kept frames from this size on are sent from where they are.
const SHARED_FROM = 4096;
// A turn with more frames gives its lists back afterwards.
const KEPT_SIZE = 65_536;
