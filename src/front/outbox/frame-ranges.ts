/** Frames of a turn with successive numbers: from the first up to, and without, `to`. */
export interface FrameRange {
  readonly from: number;
  to: number;
}

/**
 * Which frames of a turn, ascending. Runs are kept in place of single numbers, because most members of a room get
 * hundreds of frames in a row.
 */
export type FrameRanges = FrameRange[];

/** Adds a frame with a higher number than all before. */
export function extend(runs: FrameRanges, frame: number): void {
  append(runs, frame, frame + 1);
}

/** How many frames there are. */
export function countFrames(runs: FrameRanges): number {
  let count = 0;
  for (const { from, to } of runs) count += to - from;
  return count;
}

/** Those from `from` on and before `to`. */
export function clip(runs: FrameRanges, from: number, to: number): FrameRanges {
  const clipped: FrameRanges = [];
  for (const run of runs) append(clipped, Math.max(run.from, from), Math.min(run.to, to));
  return clipped;
}

/** Two selections that have no frame in common, as one. */
export function merge(a: FrameRanges, b: FrameRanges): FrameRanges {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: FrameRanges = [];
  const ascending = a.concat(b).sort((one, other) => one.from - other.from);
  for (const { from, to } of ascending) append(merged, from, to);
  return merged;
}

/** All but the given frames, which are ascending. */
export function without(runs: FrameRanges, frames: readonly number[]): FrameRanges {
  if (frames.length === 0) return runs;
  const rest: FrameRanges = [];
  const excluded = frames.values();
  let next = excluded.next();
  for (const { from, to } of runs) {
    let begin = from;
    for (; !next.done && next.value < to; next = excluded.next()) {
      append(rest, begin, next.value);
      begin = Math.max(begin, next.value + 1);
    }
    append(rest, begin, to);
  }
  return rest;
}

function append(runs: FrameRanges, from: number, to: number): void {
  if (from >= to) return;
  const last = runs.at(-1);
  if (last?.to === from) last.to = to;
  else runs.push({ from, to });
}
