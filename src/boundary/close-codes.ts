/** A code with which a WebSocket connection ends. */
export interface CloseCode {
  readonly code: number;
  readonly name: string;
  readonly meaning: string;
  /** Whether connecting again, after a pause, can help. */
  readonly mayReconnect: boolean;
}

/** The close codes that Parlor itself uses; scripts may close with 1000, or with 3000 to 4999. */
export const CLOSE_CODES: readonly CloseCode[] = [
  { code: 1000, name: "normal closure", meaning: "the script or the client is done", mayReconnect: false },
  { code: 1001, name: "going away", meaning: "the server is shutting down", mayReconnect: true },
  { code: 1002, name: "protocol error", meaning: "the client broke the protocol", mayReconnect: false },
  {
    code: 1003,
    name: "unsupported data",
    meaning: "the script takes no binary messages",
    mayReconnect: false,
  },
  { code: 1007, name: "invalid data", meaning: "a text message was not UTF-8", mayReconnect: false },
  { code: 1009, name: "message too big", meaning: "a message was longer than allowed", mayReconnect: false },
  { code: 1011, name: "internal error", meaning: "the script failed and is given up", mayReconnect: true },
  {
    code: 1012,
    name: "service restart",
    meaning: "the script was restarted without its state",
    mayReconnect: true,
  },
  {
    code: 1013,
    name: "try again later",
    meaning: "the client read more slowly than allowed",
    mayReconnect: true,
  },
];

/** A refusal by HTTP status. */
export interface HttpRefusal {
  readonly status: number;
  readonly meaning: string;
  readonly mayRetry: boolean;
}

/** The statuses with which Parlor itself refuses HTTP requests, those that ask for a WebSocket included. */
export const REFUSALS: readonly HttpRefusal[] = [
  { status: 400, meaning: "the request breaks the protocol, or its Host header is none", mayRetry: false },
  { status: 403, meaning: "the page's origin is not allowed, or the script refuses", mayRetry: false },
  { status: 404, meaning: "no script and no file answers at this path", mayRetry: false },
  { status: 405, meaning: "what is at this path is only there to be read", mayRetry: false },
  { status: 408, meaning: "the request did not arrive in time", mayRetry: true },
  { status: 413, meaning: "the request's body is longer than allowed", mayRetry: false },
  { status: 431, meaning: "the request's headers are longer than allowed", mayRetry: false },
  { status: 500, meaning: "the script failed", mayRetry: false },
  { status: 503, meaning: "the script does not load, was interrupted or did not answer", mayRetry: true },
];
