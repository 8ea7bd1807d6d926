/** Frames of a turn with successive numbers: from the first up to, and without, `to`. */
export interface Run {
  readonly from: number;
  to: number;
}

/**
 * Which frames of a turn, ascending. Runs are kept in place of single numbers, because most members of a room get
 * hundreds of frames in a row.
 */
export type Runs = Run[];

/** Adds a frame with a higher number than all before. */
export function extend(runs: Runs, frame: number): void {
  append(runs, frame, frame + 1);
}

/** How many frames there are. */
export function countFrames(runs: Runs): number {
  let count = 0;
  for (const { from, to } of runs) count += to - from;
  return count;
}

/** Those from `from` on and before `to`. */
export function clip(runs: Runs, from: number, to: number): Runs {
  const clipped: Runs = [];
  for (const run of runs) append(clipped, Math.max(run.from, from), Math.min(run.to, to));
  return clipped;
}

/** Two selections that have no frame in common, as one. */
export function merge(a: Runs, b: Runs): Runs {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: Runs = [];
  const ascending = a.concat(b).sort((one, other) => one.from - other.from);
  for (const { from, to } of ascending) append(merged, from, to);
  return merged;
}

/** All but the given frames, which are ascending. */
export function without(runs: Runs, frames: readonly number[]): Runs {
  if (frames.length === 0) return runs;
  const rest: Runs = [];
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

function append(runs: Runs, from: number, to: number): void {
  if (from >= to) return;
  const last = runs.at(-1);
  if (last?.to === from) last.to = to;
  else runs.push({ from, to });
}
