// Front: cuts the frames of a turn into what is written together, plain or compressed.
import type { MessageOptions } from "../../boundary/flow/slow-policy.ts";
import type { FrameArena } from "./frame-arena.ts";
import { FrameBatch, type BatchCutter, type FrameShare } from "./frame-batch.ts";
import type { FrameForm, FrameSlice } from "../frames/frame-form.ts";
import { countCommon, type FrameRange, type FrameRanges } from "./frame-ranges.ts";

/** One for each form that frames have. */
export class FrameCutter implements BatchCutter {
  readonly form: FrameForm;
  readonly isPlain: boolean;
  readonly #arena: FrameArena;

  constructor(arena: FrameArena, form: FrameForm) {
    this.#arena = arena;
    this.form = form;
    this.isPlain = !form.deflates && !form.isLine;
  }

  /** The given frames in up to `maxSlices` slices (more if they are large). */
  batch(ranges: FrameRanges, maxSlices: number, shares: readonly FrameShare[] | null): FrameBatch {
    const slices: FrameSlice[] = [];
    for (const range of ranges) {
      if (this.isPlain) this.#arena.slice(range.from, range.to, slices);
      else this.#arena.sliceIn(this.form, range, slices);
    }
    const batch = new FrameBatch(slices, ranges, shares, this);
    if (slices.length > maxSlices && batch.bytes <= JOINED_TO && batch.isReady) batch.join();
    return batch;
  }

  /** Single frames, or runs of frames without options. */
  split(batch: FrameBatch, ranges: FrameRanges, isFine: boolean): readonly FrameBatch[] {
    if (batch.frames === 1 || (!isFine && !this.#arena.hasOptions)) return [batch];
    const runs: FrameRange[] = [];
    for (const { from, to } of ranges)
      for (let frame = from; frame < to; frame++) {
        const last = runs.at(-1);
        const isAlone = isFine || this.#arena.optionsOf(frame) !== null;
        if (!isAlone && last?.to === frame && this.#arena.optionsOf(last.from) === null) last.to = frame + 1;
        else runs.push({ from: frame, to: frame + 1 });
      }
    return runs.map((run) => this.batch([run], 1, sharesOf(batch.shares, [run])));
  }

  /** The options of a message that is alone. */
  optionsOf(ranges: FrameRanges): MessageOptions | null {
    if (!this.#arena.hasOptions || ranges.length !== 1) return null;
    const { from, to } = ranges[0] as FrameRange;
    return to === from + 1 ? this.#arena.optionsOf(from) : null;
  }
}

/** What is left of the shares in a part of their frames. */
function sharesOf(shares: readonly FrameShare[] | null, part: FrameRanges): FrameShare[] | null {
  if (shares === null) return null;
  const left: FrameShare[] = [];
  for (const { room, ranges } of shares) {
    const count = countCommon(ranges, part);
    if (count > 0) left.push({ room, count, ranges });
  }
  return left.length === 0 ? null : left;
}

// Up to this size, slices above the allowed number are copied together; for more bytes copying costs more than it saves.
const JOINED_TO = 64 * 1024;
