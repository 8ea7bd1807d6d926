// Boundary: the path and the query of a raw request target.
// Percent-encoded or not, these mean one thing to a URL parser and another to a file system or a log.
const SUSPICIOUS_RAW = /[^\x21-\x7e]|[\\#]|%2f|%5c/i;
const SUSPICIOUS_DECODED = /[\p{Cc}\\]/u;
const SUSPICIOUS_SEGMENT = /\/\.{0,2}(?=\/)|\/\.{1,2}$/;

/**
 * The decoded path of a raw request target, without its query; `null` for targets that no honest client sends:
 * dot segments, empty segments, control characters, backslashes, encoded slashes, broken percent-encoding, targets
 * that do not start with a slash. A slash at the end stays.
 */
export function normalizePath(target: string): string | null {
  const raw = rawPath(target);
  if (!raw.startsWith("/") || SUSPICIOUS_RAW.test(raw)) return null;
  const path = raw.includes("%") ? decode(raw) : raw;
  if (path === null || SUSPICIOUS_DECODED.test(path) || SUSPICIOUS_SEGMENT.test(path)) return null;
  return path;
}

/** The query of a raw request target, without its question mark, still encoded. */
export function rawQuery(target: string): string {
  const at = target.indexOf("?");
  return at === -1 ? "" : target.slice(at + 1);
}

function rawPath(target: string): string {
  const at = target.indexOf("?");
  return at === -1 ? target : target.slice(0, at);
}

function decode(raw: string): string | null {
  try {
    return decodeURIComponent(raw);
  } catch {
    return null;
  }
}
