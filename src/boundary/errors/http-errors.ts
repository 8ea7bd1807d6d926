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
  PARLOR_HTTP_SLOW_READER: {
    level: "error",
    text: "{script}: the client of {method} {path} left {bytes} bytes unread, so the response was cut; stream in smaller parts",
    help: "A script streams a response faster than its client reads it, and the unsent bytes exceeded their limit. Parlor closed the client's connection; the script's `request.signal` is aborted.",
    remedy:
      "A few such lines are clients with bad connections. If there are many, stream less at once: wait between parts, or let clients ask for parts.",
  },
  PARLOR_HTTP_TIMEOUT: {
    level: "error",
    text: "{script}: no response to {method} {path} after {seconds} s, so the client got 503; return a Response sooner",
    help: "A script under `http/` did not start a response within the handler's time limit. Its client got 503, and `request.signal` is aborted. Most often the script awaits something that never comes.",
    remedy:
      "Give what the script awaits a limit, for example `fetch(url, { signal: AbortSignal.timeout(5000) })`. For long work respond at once, and push the result to a room when it is ready.",
  },
} as const satisfies ErrorTable;
