import type { Handshake } from "../../boundary/events.ts";

/** The first value of a name in an encoded query or form; `""` for `?name=` and `?name`, `null` when missing. */
export function parameterOf(encoded: string, name: string): string | null {
  for (const pair of encoded.split("&")) {
    if (pair === "") continue;
    const at = pair.indexOf("=");
    const key = at < 0 ? pair : pair.slice(0, at);
    if (decode(key) === name) return at < 0 ? "" : decode(pair.slice(at + 1));
  }
  return null;
}

/** A header, its name in any case; one that came several times as one list. `null` when missing. */
export function headerOf(handshake: Handshake, name: string): string | null {
  const wanted = name.toLowerCase();
  let found: string | null = null;
  for (const line of handshake.headers.split("\n")) {
    const at = line.indexOf(":");
    if (at <= 0 || line.slice(0, at) !== wanted) continue;
    const value = line.slice(at + 1).trim();
    found = found === null ? value : `${found}, ${value}`;
  }
  return found;
}

/** A parameter of the path; only the route's own, never what every object inherits. */
export function pathParameterOf(params: Handshake["params"], name: string): string | null {
  if (params === null || !Object.hasOwn(params, name)) return null;
  return params[name] ?? null;
}

// What a client has encoded badly is its text as it came: a handshake must not fail a script.
function decode(encoded: string): string {
  const spaced = encoded.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
