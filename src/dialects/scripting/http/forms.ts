/** A name and its value, in the order in which they came: names may be repeated. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** Reads a query or a form as a browser writes them. */
export function parsePairs(encoded: string): Pair[] {
  return [...new URLSearchParams(encoded)].map(([key, value]) => ({ key, value }));
}
