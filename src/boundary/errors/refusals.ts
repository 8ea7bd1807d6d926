// Boundary: the HTTP responses with which Parlor itself refuses a request or a handshake.

/** A response that refuses: its status, and the one line that is its body. */
export interface HttpRefusal {
  readonly status: number;
  readonly text: string;
}

/** A refusal that `docs/errors.md` lists. */
interface ListedRefusal extends HttpRefusal {
  readonly meaning: string;
  /** Whether the same request can succeed later. */
  readonly mayRetry: boolean;
}

/** All refusals that Parlor itself sends, as `docs/errors.md` lists them. */
export const REFUSALS = {
  BAD_REQUEST: row(400, "bad request", "the request breaks the protocol", false),
  BAD_HOST: row(400, "the Host header is missing or not a host", "HTTP/1.1 requires it", false),
  WEBSOCKET_ONLY: row(400, "this server upgrades to websocket only", "another protocol was asked for", false),
  ORIGIN_REFUSED: row(
    403,
    "this origin is not allowed",
    "`allowedOrigins` does not hold the page's origin",
    false,
  ),
  CROSS_ORIGIN: row(403, "Origin not allowed", "the script takes pages of its own host only", false),
  NOT_FOUND: row(404, "not found", "no script and no file responds at this path", false),
  NO_ROUTE: row(404, "no route at this path", "no WebSocket script responds at this path", false),
  METHOD_NOT_ALLOWED: row(
    405,
    "method not allowed",
    "a file, or the health page, takes GET and HEAD only",
    false,
  ),
  REQUEST_TIMEOUT: row(408, "request timeout", "the request did not arrive in time", true),
  PRECONDITION_FAILED: row(412, "precondition failed", "the file is not the version asked for", false),
  BODY_TOO_LONG: row(413, "the body is longer than {limit} bytes", "`bodyLimit`, or the script's own", false),
  RANGE_NOT_SATISFIABLE: row(
    416,
    "range not satisfiable",
    "the requested range lies beyond the file's end",
    false,
  ),
  CHUNKS_TOO_LONG: row(413, "the chunk extensions are too long", "more than Node accepts", false),
  ADDRESS_FULL: row(429, "Too many connections from this address", "the script's own limit is reached", true),
  HEADERS_TOO_LONG: row(431, "the request's headers are too long", "more than 16 KiB", false),
  SCRIPT_FAILED: row(500, "the script failed", "it threw an error, or its response cannot be sent", false),
  INTERNAL_ERROR: row(500, "internal error", "Parlor itself failed; the log has the error", false),
  HANDSHAKES_FULL: row(
    503,
    "the clients of this route have sent too many headers",
    "`handshakeBytes`, or a quarter of `memoryLimit`",
    true,
  ),
  NOT_LOADED: row(503, "the script of this route does not load", "the log says why", true),
  INTERRUPTED: row(503, "try again later", "the script was interrupted, or took too long", true),
  UPGRADE_INTERRUPTED: row(503, "Service Unavailable", "the script was interrupted before it decided", true),
  NO_DECISION: row(503, "no decision in time", "the script did not decide about the handshake in time", true),
  PROGRAM_FULL: row(503, "Too many connections", "the script's own limit is reached", true),
  SHUTTING_DOWN: row(503, "the server is shutting down", "it takes no new requests", true),
} as const satisfies Readonly<Record<string, ListedRefusal>>;

function row(status: number, text: string, meaning: string, mayRetry: boolean): ListedRefusal {
  return { status, text, meaning, mayRetry };
}
