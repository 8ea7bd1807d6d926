// Dialect: the segments of a path.
/** Published: slashes at the end and doubled ones have no meaning; segments are compared percent-decoded. */
export function segmentsOf(path: string): string[] {
  return path
    .split("/")
    .filter((segment) => segment !== "")
    .map(decoded);
}

/** Percent-decoded; text with a bad encoding stays as it came. */
export function decoded(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
