// Dialect: the parameters of a handshake or request, as Diesel's published methods return them.
import { MOST_FIELDS } from "../../../boundary/text/multipart.ts";
import type { Handshake } from "../../../boundary/events.ts";

/** The first value of a name in an encoded query or form; `""` for `?name=` and `?name`, `null` when missing. */
export function queryParameter(encoded: string, name: string): string | null {
  for (const pair of encoded.split("&")) {
    if (pair === "") continue;
    const at = pair.indexOf("=");
    const key = at < 0 ? pair : pair.slice(0, at);
    if (decode(key) === name) return at < 0 ? "" : decode(pair.slice(at + 1));
  }
  return null;
}

/**
 * The first value of each name in an encoded query or form. Read once, because looking each one up alone would take time
 * that grows with what a client sends. With more than 10,000 pairs there are none.
 */
export function queryParameters(encoded: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const pairs = encoded.split("&", MOST_FIELDS + 1);
  if (pairs.length > MOST_FIELDS) return found;
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const key = decode(at < 0 ? pair : pair.slice(0, at));
    if (pair !== "" && !found.has(key)) found.set(key, at < 0 ? "" : decode(pair.slice(at + 1)));
  }
  return found;
}

/** A parameter of the path; only the route's own, never a property of Object.prototype. */
export function pathParameter(params: Handshake["params"], name: string): string | null {
  if (params === null || !Object.hasOwn(params, name)) return null;
  return params[name] ?? null;
}

// Text with a bad encoding is returned as it came: a handshake must not fail a script.
function decode(encoded: string): string {
  const spaced = encoded.replaceAll("+", " ");
  // An exception takes longer than the decoding.
  if (!spaced.includes("%") || /%(?![\da-f]{2})/i.test(spaced)) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
