// Front: selections of a turn's frames, as ranges of their numbers.
/**
 * A selection of frames, ascending. Ranges in place of single numbers, because most members of a room get hundreds of
 * frames in a row.
 */
export type FrameRanges = FrameRange[];

/** Frames of a turn with successive numbers: from the first up to, and without, `to`. */
export interface FrameRange {
  readonly from: number;
  to: number;
}

/** Adds a frame with a higher number than the last. */
export function extend(ranges: FrameRanges, frame: number): void {
  append(ranges, frame, frame + 1);
}

/** How many frames there are. */
export function countFrames(ranges: FrameRanges): number {
  let count = 0;
  for (const { from, to } of ranges) count += to - from;
  return count;
}

/** How many frames are in both. */
export function countCommon(a: FrameRanges, b: FrameRanges): number {
  let count = 0;
  for (let one = 0, other = 0; one < a.length && other < b.length;) {
    const [mine, theirs] = [a[one] as FrameRange, b[other] as FrameRange];
    count += Math.max(0, Math.min(mine.to, theirs.to) - Math.max(mine.from, theirs.from));
    if (mine.to < theirs.to) one++;
    else other++;
  }
  return count;
}

/** The frames from `from` up to, and without, `to`. */
export function clip(ranges: FrameRanges, from: number, to: number): FrameRanges {
  const clipped: FrameRanges = [];
  for (const range of ranges) append(clipped, Math.max(range.from, from), Math.min(range.to, to));
  return clipped;
}

/** One selection of two that have no frame in common. */
export function merge(a: FrameRanges, b: FrameRanges): FrameRanges {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: FrameRanges = [];
  const ascending = a.concat(b).sort((one, other) => one.from - other.from);
  for (const { from, to } of ascending) append(merged, from, to);
  return merged;
}

/** All but the given frames, which are ascending. */
export function without(ranges: FrameRanges, frames: readonly number[]): FrameRanges {
  if (frames.length === 0) return ranges;
  const rest: FrameRanges = [];
  const excluded = frames.values();
  let next = excluded.next();
  for (const { from, to } of ranges) {
    let start = from;
    for (; !next.done && next.value < to; next = excluded.next()) {
      append(rest, start, next.value);
      start = Math.max(start, next.value + 1);
    }
    append(rest, start, to);
  }
  return rest;
}

function append(ranges: FrameRanges, from: number, to: number): void {
  if (from >= to) return;
  const last = ranges.at(-1);
  if (last?.to === from) last.to = to;
  else ranges.push({ from, to });
}
