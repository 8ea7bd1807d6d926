// Boundary: the nearest right word to a mistyped one, for "did you mean".
/**
 * The candidate a mistyped word most likely means, or null when none is near enough to suggest. A word of more than 100
 * characters is none that a person has mistyped, and the comparison takes time that grows with its length.
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  limit = Math.max(1, Math.floor(word.length / 3)),
): string | null {
  if (word.length > LONGEST_WORD) return null;
  const wanted = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    // The lengths alone differ by more.
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

/**
 * The candidates in the order of their likeness to a word; those that are equally alike keep their order. Nothing is like a
 * word of more than 100 characters, and such candidates come last.
 */
export function byLikeness(word: string, candidates: Iterable<string>): string[] {
  const wanted = word.toLowerCase();
  const distanceOf = (name: string): number =>
    Math.max(word.length, name.length) > LONGEST_WORD
      ? LONGEST_WORD
      : editDistance(wanted, name.toLowerCase());
  const distances = new Map([...candidates].map((name) => [name, distanceOf(name)]));
  return [...distances].sort(([, a], [, b]) => a - b).map(([name]) => name);
}

/** In characters. */
const LONGEST_WORD = 100;

// Two neighbouring letters swapped count as one edit: it is the commonest slip of all.
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const costs = [at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + change];
      current.push(Math.min(...costs, swapped ? at(beforeLast, column - 2) + 1 : Infinity));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
