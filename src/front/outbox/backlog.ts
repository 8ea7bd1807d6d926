// Front: the frames that wait for one session, because it is connecting or its client reads slowly.
import type { FrameBatch } from "./frame-batch.ts";

/** In the order in which they were sent. What has been handed to the socket waits no more, and cannot be dropped. */
export class Backlog {
  /** Handed to the socket, and not taken by the kernel. */
  readonly sent: FrameBatch[] = [];
  /** Whether the socket will say when it has taken them. */
  isWatched = false;
  /** Is being compressed; those behind it wait. */
  awaited: FrameBatch | null = null;
  /** Whether the session was closed because it is slow. */
  isCut = false;
  #items: (FrameBatch | null)[] = [];
  /** The number of the first item that waits, and of the first in the list. */
  #head = 0;
  #base = 0;
  /** The numbers of the items that wait with a key. */
  #keys: Map<string, number> | null = null;
  /** Bytes without those that are being compressed. */
  readonly #sum = { bytes: 0, frames: 0 };
  #count = 0;
  #compressing: CompressingBatches | null = null;

  /** Frames that wait. */
  get frames(): number {
    return this.#sum.frames;
  }

  /** Bytes of the frames that wait. */
  get bytes(): number {
    return this.#sum.bytes + (this.#compressing?.bytes ?? 0);
  }

  /** Bytes of the frames that wait for the client, with what keeping them costs. */
  get weight(): number {
    return this.#sum.bytes + this.#count * ITEM_WEIGHT;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Whether nothing waits and the socket has taken all. */
  get isIdle(): boolean {
    return this.#count === 0 && this.sent.length === 0;
  }

  /** The frames that are next. */
  get first(): FrameBatch | null {
    this.#skip();
    return this.#items[this.#head - this.#base] ?? null;
  }

  /** `key`: null for none. An item that waits with the same key must have been taken out before. */
  push(batch: FrameBatch, key: string | null): void {
    if (key !== null) (this.#keys ??= new Map()).set(key, this.#base + this.#items.length);
    this.#items.push(batch);
    this.#count += 1;
    if (batch.isReady) this.#sum.bytes += batch.bytes;
    else this.#awaitCompression(batch);
    this.#sum.frames += batch.frames;
  }

  shift(): FrameBatch | null {
    const batch = this.first;
    if (batch !== null) this.#remove(this.#head);
    return batch;
  }

  /** Takes out the frames that came last. */
  pop(): FrameBatch | null {
    const at = this.#items.findLastIndex((item) => item !== null);
    return at === -1 ? null : this.#remove(this.#base + at);
  }

  /** Takes out the item that waits with this key. */
  takeKey(key: string): FrameBatch | null {
    const number = this.#keys?.get(key);
    return number === undefined || number < this.#head ? null : this.#remove(number);
  }

  // It is not the client that they wait for.
  #awaitCompression(batch: FrameBatch): void {
    const compressing = (this.#compressing ??= { batches: new Set(), bytes: 0 });
    compressing.batches.add(batch);
    compressing.bytes += batch.bytes;
    batch.whenReady((ready, change) => {
      if (!compressing.batches.delete(ready)) return;
      compressing.bytes -= ready.bytes - change;
      this.#sum.bytes += ready.bytes;
    });
  }

  #remove(number: number): FrameBatch | null {
    const batch = this.#items[number - this.#base] ?? null;
    if (batch === null) return null;
    this.#items[number - this.#base] = null;
    if (this.#compressing?.batches.delete(batch) === true) this.#compressing.bytes -= batch.bytes;
    else this.#sum.bytes -= batch.bytes;
    this.#count -= 1;
    this.#sum.frames -= batch.frames;
    if (this.#count === 0) this.#clear();
    else if (this.#items.length > LEAST_COMPACTED && this.#items.length > 2 * this.#count) this.#compact();
    return batch;
  }

  #skip(): void {
    const end = this.#base + this.#items.length;
    while (this.#head < end && this.#items[this.#head - this.#base] === null) this.#head += 1;
  }

  #clear(): void {
    this.#items = [];
    this.#keys = null;
    this.#head = this.#base = 0;
  }

  // Superseded items leave gaps, and so do those that were sent.
  #compact(): void {
    const renumbered = new Map<number, number>();
    const kept: FrameBatch[] = [];
    for (const [at, item] of this.#items.entries()) {
      if (item === null) continue;
      renumbered.set(this.#base + at, kept.length);
      kept.push(item);
    }
    const keys = new Map<string, number>();
    for (const [key, number] of this.#keys ?? []) {
      const known = renumbered.get(number);
      if (known !== undefined) keys.set(key, known);
    }
    this.#items = kept;
    this.#keys = keys.size === 0 ? null : keys;
    this.#head = this.#base = 0;
  }
}

/** Batches that are being compressed, and their bytes until then. */
interface CompressingBatches {
  readonly batches: Set<FrameBatch>;
  bytes: number;
}

/** What it costs to keep an item beyond its bytes, about. */
const ITEM_WEIGHT = 128;
const LEAST_COMPACTED = 64;
