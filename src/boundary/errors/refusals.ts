// Boundary: the HTTP responses with which Parlor itself refuses a request or a handshake.

/** A response that refuses: its status, and the one line that is its body. */
export interface HttpRefusal {
  readonly status: number;
  readonly text: string;
  /** Headers that the status asks for, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that a script has added, in their order. */
  readonly added?: readonly (readonly [name: string, value: string])[];
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
  UPGRADE_KEY: row(
    400,
    "Sec-WebSocket-Key is missing, or not 16 bytes in base64",
    "a WebSocket handshake needs it",
    false,
  ),
  UPGRADE_BODY: row(400, "a WebSocket handshake has no body", "the handshake announces a body", false),
  UPGRADE_PIPELINED: row(
    400,
    "a WebSocket handshake must wait for the responses of its connection",
    "it came behind a request that had no response yet; the connection ends after that response",
    true,
  ),
  ONLY_TOKEN: row(
    400,
    "the list of subprotocols has only a token; offer parlor.v1, or a subprotocol of the script, beside it",
    "a browser would refuse the connection, because the response can name none of what it offers",
    false,
  ),
  HTTP_ONLY: row(
    400,
    "this path is served by HTTP, not by WebSocket",
    "a script of `http/`, or a file, is at this path",
    false,
  ),
  WEBSOCKET_ONLY: row(400, "this server upgrades to websocket only", "another protocol was asked for", false),
  ORIGIN_REFUSED: row(
    403,
    "pages of this origin may not connect; see allowedOrigins",
    "the page is of another host, and `allowedOrigins` does not have its origin",
    false,
  ),
  LOCAL_ONLY: row(
    403,
    "this page is only for the machine that the server runs on, as http://localhost",
    "the playground was asked for from elsewhere, through a proxy, or by a page of another server",
    false,
  ),
  ADMIN_ONLY: row(
    403,
    "the paths below /_parlor/ are for the machine that the server runs on; see admin in the configuration",
    "the request comes from elsewhere, or through a proxy, and there is no token",
    false,
  ),
  HOST_REFUSED: row(
    403,
    "the host {host} is not allowed; add it to allowedHosts in parlor.config",
    "the request names this server as it is not known: see `allowedHosts`",
    false,
  ),
  ADMIN_TOKEN: {
    ...row(
      401,
      "the paths below /_parlor/ need the token of admin in the configuration",
      "`Authorization: Bearer` is missing, or has another token",
      false,
    ),
    headers: { "www-authenticate": 'Bearer realm="parlor"' },
  },
  CROSS_ORIGIN: row(403, "Origin not allowed", "the script takes pages of its own host only", false),
  NOT_FOUND: row(404, "not found", "no script and no file responds at this path", false),
  NO_ROUTE: row(404, "no route at this path", "no WebSocket script responds at this path", false),
  METHOD_NOT_ALLOWED: row(
    405,
    "method not allowed",
    "a file, or the health page, takes GET and HEAD only",
    false,
  ),
  UPGRADE_METHOD: {
    ...row(405, "a WebSocket handshake is a GET", "another method asked for a WebSocket", false),
    headers: { allow: "GET" },
  },
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
  UPGRADE_REQUIRED: {
    ...row(
      426,
      "this is a WebSocket route: connect to it with a WebSocket client, by ws:// or wss://",
      "a plain HTTP request came to a script of `ws/`, or to a WebSocket path of a program",
      false,
    ),
    headers: { upgrade: "websocket" },
  },
  UPGRADE_VERSION: {
    ...row(
      426,
      "this server speaks version 13 of the WebSocket protocol",
      "`Sec-WebSocket-Version` is missing or another one",
      false,
    ),
    headers: { upgrade: "websocket", "sec-websocket-version": "13" },
  },
  TOO_MANY_TOKENS: row(
    429,
    "too many wrong tokens of parlor.v1 from this address",
    "over 30 in a minute; connect without one, or later",
    true,
  ),
  ADDRESS_FULL: row(429, "Too many connections from this address", "the script's own limit is reached", true),
  HEADERS_TOO_LONG: row(431, "the request's headers are too long", "more than `maxHeaderSize`", false),
  SCRIPT_FAILED: row(500, "the script failed", "it threw an error, or its response cannot be sent", false),
  INTERNAL_ERROR: row(500, "internal error", "Parlor itself failed; the log has the error", false),
  REQUESTS_FULL: row(503, "too many requests", "`maxRequests` have no response", true),
  BODIES_FULL: row(503, "too many bodies", "`bodyTotal` bytes of bodies have not arrived whole", true),
  SCRIPT_BUSY: row(
    503,
    "the script has too much to do",
    "`waitingEvents` or `waitingBytes` wait for it",
    true,
  ),
  HANDSHAKES_FULL: row(
    503,
    "the clients of this route have sent too many headers",
    "`handshakeBytes`, or a quarter of `memoryLimit`",
    true,
  ),
  TOO_MANY_HANDSHAKES: row(
    503,
    "too many handshakes wait for a decision",
    "`maxHandshakes` handshakes wait for `onUpgrade`",
    true,
  ),
  NOT_LOADED: row(503, "the script of this route does not load", "the log says why", true),
  INTERRUPTED: row(503, "try again later", "the script was interrupted, or took too long", true),
  UPGRADE_INTERRUPTED: row(503, "Service Unavailable", "the script was interrupted before it decided", true),
  NO_DECISION: row(503, "no decision in time", "the script did not decide about the handshake in time", true),
  HTTP_VERSION: row(
    505,
    "this server speaks HTTP/1.1; HTTP/1.0 is for GET and HEAD only",
    "the request has another version of HTTP, or is a handshake of an older one",
    false,
  ),
  PROGRAM_FULL: row(503, "Too many connections", "the script's own limit is reached", true),
  SUBSCRIBERS_FULL: row(503, "too many subscribers", "16 clients read the events of the playground", true),
  SHUTTING_DOWN: row(503, "the server is shutting down", "it takes no new requests", true),
} as const satisfies Readonly<Record<string, ListedRefusal>>;

function row(status: number, text: string, meaning: string, mayRetry: boolean): ListedRefusal {
  return { status, text, meaning, mayRetry };
}
