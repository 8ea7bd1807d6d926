// Front: the head of a request as scripts get it.
import type { IncomingMessage } from "node:http";
import type { RequestHead } from "../../boundary/events.ts";
import type { ListenerRef, RequestRef } from "../../boundary/refs.ts";
import { HOST } from "./forwarded.ts";
import type { ClientIdentity, ProxyTrust } from "./proxy-trust.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** The head of a request for a script; `null` when its Host header is missing, repeated, or not a host. */
export function headOf(
  req: IncomingMessage,
  request: RequestRef,
  target: ScriptTarget,
  proxies: ProxyTrust,
): RequestHead | null {
  const headers = pairsOf(req.rawHeaders);
  const client = proxies.identityOf(req);
  const url = requestUrl(req, client);
  if (url === null) return null;
  const { script, route, params, listener } = target;
  return {
    ...(listener === undefined ? {} : { listener }),
    request,
    script,
    route,
    method: req.method ?? "GET",
    url,
    headers,
    address: client.address,
    params,
  };
}

/** The script that handles a request, and the parameters of the path. */
export interface ScriptTarget {
  readonly script: ScriptKey;
  /** The route's pattern. */
  readonly route: string;
  readonly params: Readonly<Record<string, string>> | null;
  /** Bytes of a body above which it is refused; left out for the server's `bodyLimit`. */
  readonly bodyLimit?: number | undefined;
  /** The program's own port that the request came in by; left out for the server's. */
  readonly listener?: ListenerRef;
}

// Node's flat list as pairs, names in lower case, repeated ones kept.
function pairsOf(rawHeaders: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    pairs.push([(rawHeaders[at] ?? "").toLowerCase(), rawHeaders[at + 1] ?? ""]);
  }
  return pairs;
}

/** The whole URL of a request; `null` when its Host header is missing, repeated, or not a host. */
export function requestUrl(req: IncomingMessage, { isSecure, host }: ClientIdentity): string | null {
  if (!hasHost(req)) return null;
  // An HTTP/1.0 request may have no Host header; Node refuses all others without one.
  const authority = host ?? `localhost:${req.socket.localPort ?? 80}`;
  const url = `${isSecure ? "https" : "http"}://${authority}${req.url ?? "/"}`;
  return HOST.test(authority) && URL.canParse(url) ? url : null;
}

// Also where a proxy names another host: a request with two of them is malformed.
function hasHost({ rawHeaders, headers }: IncomingMessage): boolean {
  const count = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host").length;
  return count === 0 || (count === 1 && HOST.test(headers.host ?? ""));
}
