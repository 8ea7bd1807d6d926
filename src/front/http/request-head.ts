// Front: the head of a request as scripts get it.
import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { RequestHead } from "../../boundary/events.ts";
import type { ListenerRef, RequestRef } from "../../boundary/refs.ts";
import { clientAddress } from "./client-address.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** The head of a request for a script; `null` when its Host header is missing, repeated, or not a host. */
export function headOf(
  req: IncomingMessage,
  request: RequestRef,
  target: ScriptTarget,
  trustProxy = false,
): RequestHead | null {
  const headers = pairsOf(req.rawHeaders);
  const url = urlOf(req, headers);
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
    address: clientAddress(req, trustProxy),
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

const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

// Node's flat list as pairs, names in lower case, repeated ones kept.
function pairsOf(rawHeaders: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    pairs.push([(rawHeaders[at] ?? "").toLowerCase(), rawHeaders[at + 1] ?? ""]);
  }
  return pairs;
}

function urlOf(req: IncomingMessage, headers: readonly [string, string][]): string | null {
  const host = hostOf(req, headers);
  if (host === null || !HOST.test(host)) return null;
  const url = `${req.socket instanceof TLSSocket ? "https" : "http"}://${host}${req.url ?? "/"}`;
  return URL.canParse(url) ? url : null;
}

function hostOf(req: IncomingMessage, headers: readonly [string, string][]): string | null {
  const hosts = headers.filter(([name]) => name === "host");
  if (hosts.length > 1) return null;
  // An HTTP/1.0 request may have no Host header; Node refuses all others without one.
  return hosts[0]?.[1] ?? `localhost:${req.socket.localPort ?? 80}`;
}
