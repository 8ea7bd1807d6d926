/** Published: a path's slashes at the end, and doubled ones, say nothing; its segments are compared percent-decoded. */
export function segmentsOf(path: string): string[] {
  return path
    .split("/")
    .filter((segment) => segment !== "")
    .map(decoded);
}

/** What a client has encoded badly is its text as it came. */
export function decoded(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
