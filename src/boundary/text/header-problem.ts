// Boundary: whether a header that a script adds to the response of a handshake can be sent.

/** What is wrong with a header of a handshake's response and what to do; null when it can be sent. */
export function headerProblem(name: unknown, value: unknown): HeaderProblem | null {
  if (!isHeaderName(name))
    return { what: `the header name ${quoted(name)}`, fix: "use letters, digits and hyphens" };
  const lower = name.toLowerCase();
  if (lower === "sec-websocket-protocol")
    return { what: `the header ${quoted(name)}`, fix: "return { protocol } to choose a subprotocol" };
  if (isReserved(lower)) return { what: `the header ${quoted(name)}`, fix: "leave it out: Parlor sets it" };
  if (isHeaderValue(value)) return null;
  const what = `a value of the header ${quoted(name)} that HTTP cannot carry`;
  return { what, fix: "return a string of ASCII characters without line breaks, encoded if necessary" };
}

/** What the author of a script reads. */
export interface HeaderProblem {
  readonly what: string;
  readonly fix: string;
}

/** Whether a pair can be a header of the response to a handshake. */
export function isUpgradeHeader(name: unknown, value: unknown): boolean {
  return headerProblem(name, value) === null;
}

function isHeaderName(name: unknown): name is string {
  return typeof name === "string" && /^[!#$%&'*+.^_`|~\w-]{1,256}$/.test(name);
}

// A line break would start another header.
function isHeaderValue(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST_VALUE && /^[\t\x20-\x7e]*$/.test(value);
}

const LONGEST_VALUE = 16_384;

function isReserved(lower: string): boolean {
  return RESERVED.has(lower) || lower.startsWith("sec-websocket-");
}

/** They frame the response, or belong to the upgrade itself. */
const RESERVED: ReadonlySet<string> = new Set([
  ...["connection", "content-length", "http2-settings", "keep-alive", "proxy-connection", "te", "trailer"],
  ...["transfer-encoding", "upgrade"],
]);

// Quoted, so that a name with a line break cannot break the line of the log.
function quoted(text: unknown): string {
  return JSON.stringify(typeof text === "string" ? text.slice(0, 100) : typeof text);
}
