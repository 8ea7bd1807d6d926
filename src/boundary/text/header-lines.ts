// Boundary: a handshake's headers as one text with a line each, because it is kept for every idle session.

/** Node's flat list of headers as lines `name: value\n`, names in lower case, repeated ones kept. */
export function headerLines(rawHeaders: readonly string[]): string {
  const lines: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    lines.push(`${rawHeaders[at]?.toLowerCase()}: ${rawHeaders[at + 1]}\n`);
  }
  return lines.join("");
}

/** The headers of such a text in their order, names in lower case, values trimmed. */
export function headerPairs(lines: string): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (const line of lines.split("\n")) {
    const at = line.indexOf(":");
    if (at > 0) pairs.push([line.slice(0, at), line.slice(at + 1).trim()]);
  }
  return pairs;
}

/** The value of a header, its name in any case; repeated ones joined with ", ". `null` when it is missing. */
export function headerOf(lines: string, name: string): string | null {
  const wanted = name.toLowerCase();
  const values = headerPairs(lines).flatMap(([found, value]) => (found === wanted ? [value] : []));
  return values.length === 0 ? null : values.join(", ");
}
