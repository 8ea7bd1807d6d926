// Front: small frames that were written to one session, one behind the other in one piece of memory.
import { frameEnd } from "../frames/frame.ts";

/** Holds frames of one session only. An object for each of them would be most of what they cost. */
export class FrameRun {
  /** How many frames it holds. */
  frames = 0;
  readonly #memory: Buffer = Buffer.allocUnsafeSlow(SIZE);
  /** Where its first frame begins, and its last one ends. */
  #from = 0;
  #to = 0;

  get bytes(): number {
    return this.#to - this.#from;
  }

  /** All of its frames. */
  get whole(): Buffer {
    return this.#memory.subarray(this.#from, this.#to);
  }

  /** Appends a copy of whole frames; false if they do not fit. */
  append(slice: Uint8Array, frames: number): boolean {
    if (this.#to + slice.byteLength > SIZE) return false;
    this.#memory.set(slice, this.#to);
    this.#to += slice.byteLength;
    this.frames += frames;
    return true;
  }

  /** Drops up to `frames` of the oldest. */
  dropFirst(frames: number): void {
    for (let left = Math.min(frames, this.frames); left > 0; left--) {
      this.#from = frameEnd(this.#memory, this.#from);
      this.frames -= 1;
    }
  }
}

/** Bytes of memory. */
const SIZE = 1024;

/** Frames of up to this many bytes go to a run; larger ones have memory of their own. */
export const RUN_SLICE = SIZE / 4;
