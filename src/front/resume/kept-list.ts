// Front: what is kept for one session, from the oldest to the newest.
import type { FrameBatch } from "../outbox/frame-batch.ts";
import type { FrameRun } from "./frame-run.ts";

/** A ring: to take the first item out of an array moves all others, for each delivery. */
export class KeptList {
  #length = 0;
  #items: (Kept | null)[] = [null, null];
  #head = 0;

  get length(): number {
    return this.#length;
  }

  get first(): Kept | null {
    return this.#length === 0 ? null : this.#at(0);
  }

  get last(): Kept | null {
    return this.#length === 0 ? null : this.#at(this.#length - 1);
  }

  push(kept: Kept): void {
    if (this.#length === this.#items.length) this.#grow();
    this.#items[(this.#head + this.#length) & (this.#items.length - 1)] = kept;
    this.#length += 1;
  }

  /** Takes the first one out. */
  shift(): void {
    if (this.#length === 0) return;
    this.#items[this.#head] = null;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.#length -= 1;
  }

  *[Symbol.iterator](): Generator<Kept> {
    for (let index = 0; index < this.#length; index++) yield this.#at(index) as Kept;
  }

  // Its length stays a power of two, so that a place is found by a mask.
  #grow(): void {
    const items = [...this];
    this.#items = [...items, ...items.map(() => null)];
    this.#head = 0;
  }

  #at(index: number): Kept | null {
    return this.#items[(this.#head + index) & (this.#items.length - 1)] ?? null;
  }
}

/** Frames that were written together, or small ones of this session alone. */
export type Kept = FrameBatch | FrameRun;
