// Boundary: the path and the query of a raw request target.
// What no client sends by itself: it means one thing to a URL parser and another to a file system or a log.
const SUSPICIOUS_RAW = /[^\x21-\x7e]|[\\#]/;
const CONTROL = /\p{Cc}/u;
const DOT_SEGMENT = /(?:^|[/\\])\.{1,2}(?:[/\\]|$)/;

/**
 * The path of a raw request target, without its query, decoded segment by segment. What is a slash within a segment stays
 * `%2F`, and so `%` is `%25`; `plainPath` decodes these too. `null` for targets that no honest client sends: dot segments,
 * control characters, backslashes and characters that are not encoded, broken percent-encoding, targets that do not start
 * with one slash. An encoded slash or backslash may not make a dot segment either. Empty segments and a slash at the end
 * stay.
 */
export function normalizePath(target: string): string | null {
  const raw = rawPath(target);
  if (!raw.startsWith("/") || raw.startsWith("//") || SUSPICIOUS_RAW.test(raw)) return null;
  if (!raw.includes("%")) return DOT_SEGMENT.test(raw) ? null : raw;
  const segments = raw.split("/").map(segmentOf);
  return segments.includes(null) ? null : segments.join("/");
}

/** A path of `normalizePath` for people and scripts: decoded as a whole. */
export function plainPath(path: string): string {
  return path.includes("%") ? path.replace(/%2F|%25/g, decodeURIComponent) : path;
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

function segmentOf(raw: string): string | null {
  const text = decode(raw);
  if (text === null || CONTROL.test(text) || DOT_SEGMENT.test(text)) return null;
  return text.replace(/[%/]/g, encodeURIComponent);
}

function decode(raw: string): string | null {
  try {
    return decodeURIComponent(raw);
  } catch {
    return null;
  }
}

/** The path of a request's URL for the log: without the query, which may hold secrets, and bounded. */
export function loggedPath(url: string): string {
  const target = url.replace(/^\w+:\/\/[^/?#]*/, "");
  const path = normalizePath(target) ?? target.split(/[?#]/, 1)[0] ?? "";
  return path.slice(0, LONGEST_LOGGED);
}

/** The characters of a client's path in the log. */
const LONGEST_LOGGED = 200;
