// Boundary: errors of HTTP responses.
import type { ErrorTable } from "./error-table.ts";

export const httpErrors = {
  PARLOR_HTTP_FAILED: {
    level: "error",
    text: "{method} {path}: Parlor itself failed ({error}), so the client got 500; please report this",
    help: "Parlor failed while it read a request or served a file. The script of the route is not the cause.",
    remedy: "This is an error of Parlor. Report it, with the line and the request.",
  },
  PARLOR_HTTP_RESPONSE: {
    level: "error",
    text: "{script}: {what} in the response to {method} {path}, so {outcome}; {fix}",
    help: "A script under `http/` returned something that HTTP cannot carry: a status outside 200 to 599, a header name or value with forbidden characters such as line breaks, or a `content-length` that is not the length of the body. If the head is wrong, the client gets 500. A wrong length shows only after the head was sent, so the connection is cut.",
    remedy:
      "The line says what was wrong. Encode values that come from users, for example with `encodeURIComponent`. Leave `content-length` out: Parlor sets it when the whole body is known, and otherwise it is not needed.",
  },
  PARLOR_HTTP_TIMEOUT: {
    level: "error",
    text: "{script}: no response to {method} {path} after {seconds} s, so the client got 503; return a Response sooner",
    help: "A script under `http/` did not start a response within the handler's time limit. Its client got 503, and `request.signal` is aborted. Most often the script awaits something that never comes.",
    remedy:
      "Give what the script awaits a limit, for example `fetch(url, { signal: AbortSignal.timeout(5000) })`. For long work respond at once, and push the result to a room when it is ready.",
  },
  PARLOR_PROTOCOL_UNANSWERED: {
    level: "warn",
    text: {
      script:
        "{script}: a client of {route} offers the subprotocols {offered}, and the script chooses none; a browser then fails to connect, so export const protocols, or return a protocol from onUpgrade",
      program:
        "{script}: a client of {route} offers the subprotocols {offered}, and this API chooses none; a browser then fails to connect, so offer none in the client",
    },
    help: "A line of `parlor dev`. A client offered subprotocols (`new WebSocket(url, [...])`), and the script agreed to none of them. Browsers close such a connection at once; other clients may accept it. Names that look like tokens are not shown.",
    remedy:
      'Export the subprotocols that the script speaks, as in `export const protocols = ["chat.v2", "chat.v1"]`, or return `{ protocol }` from `onUpgrade`. If the script needs none, offer none in the client.',
  },
  PARLOR_UPGRADE_ANSWER: {
    level: "error",
    text: "onUpgrade returned {what}; {fix}",
    help: "An `onUpgrade` handler returned a subprotocol that the client does not offer, one that looks like a token, or a header that the response to a handshake cannot have: with a wrong name, with a line break in its value, or one that Parlor sets itself, such as `Connection`, `Upgrade` and `Sec-WebSocket-*`. The client got 503.",
    remedy:
      "The line names the handler and what was wrong. Encode values that come from users, for example with `encodeURIComponent`. Choose subprotocols from `request.protocols`.",
  },
} as const satisfies ErrorTable;
