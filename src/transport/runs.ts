/**
 * Which frames of a turn: ascending pairs of a first number and the number after the last. Runs are kept in place of
 * single numbers, because most members of a room get hundreds of frames in a row.
 */
export type Runs = number[];

/** Adds a frame with a higher number than all before. */
export function extend(runs: Runs, frame: number): void {
  const last = runs.length - 1;
  if (last > 0 && runs[last] === frame) runs[last] = frame + 1;
  else runs.push(frame, frame + 1);
}

/** How many frames there are. */
export function countFrames(runs: Runs): number {
  let count = 0;
  for (let at = 0; at < runs.length; at += 2) count += runs[at + 1]! - runs[at]!;
  return count;
}

/** Those from `from` on and before `to`. */
export function clip(runs: Runs, from: number, to: number): Runs {
  const clipped: Runs = [];
  for (let at = 0; at < runs.length; at += 2) {
    const first = Math.max(runs[at]!, from);
    const end = Math.min(runs[at + 1]!, to);
    if (first < end) clipped.push(first, end);
  }
  return clipped;
}

/** Two selections that have no frame in common, as one. */
export function merge(a: Runs, b: Runs): Runs {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: Runs = [];
  let left = 0;
  let right = 0;
  while (left < a.length || right < b.length) {
    const takesLeft = right >= b.length || (left < a.length && a[left]! < b[right]!);
    if (takesLeft) append(merged, a[left]!, a[left + 1]!);
    else append(merged, b[right]!, b[right + 1]!);
    if (takesLeft) left += 2;
    else right += 2;
  }
  return merged;
}

/** All but the given frames, which are ascending. */
export function without(runs: Runs, frames: readonly number[]): Runs {
  if (frames.length === 0) return runs;
  const rest: Runs = [];
  let next = 0;
  for (let at = 0; at < runs.length; at += 2) {
    let first = runs[at]!;
    const end = runs[at + 1]!;
    while (next < frames.length && frames[next]! < end) {
      const frame = frames[next++]!;
      if (frame < first) continue;
      if (frame > first) rest.push(first, frame);
      first = frame + 1;
    }
    if (first < end) rest.push(first, end);
  }
  return rest;
}

function append(runs: Runs, first: number, end: number): void {
  const last = runs.length - 1;
  if (last > 0 && runs[last] === first) runs[last] = end;
  else runs.push(first, end);
}
