import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { RequestHead } from "../../boundary/events.ts";
import { clientAddress } from "./client-address.ts";
import type { ListenerRef, RequestRef } from "../../boundary/refs.ts";

const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** The script that answers at a path, and what the path says to it. */
export interface HttpRoute {
  readonly script: string;
  /** The route's pattern. */
  readonly route: string;
  readonly params: Readonly<Record<string, string>> | null;
  /** Bytes of a body above which it is refused, where it is not what holds for all. */
  readonly bodyLimit?: number | undefined;
  /** The program's own port that it came in by. */
  readonly listener?: ListenerRef;
}

/** What a host is told of a request; `null` when its Host header is missing, given twice or no host. */
export function headOf(
  req: IncomingMessage,
  request: RequestRef,
  route: HttpRoute,
  trustProxy = false,
): RequestHead | null {
  const headers = pairsOf(req.rawHeaders);
  const url = urlOf(req, headers);
  if (url === null) return null;
  const { script, route: pattern, params, listener } = route;
  return {
    ...(listener === undefined ? {} : { listener }),
    request,
    script,
    route: pattern,
    method: req.method ?? "GET",
    url,
    headers,
    address: clientAddress(req, trustProxy),
    params,
  };
}

/** Node's flat list of headers as pairs, names in lower case, repeated ones kept. */
export function pairsOf(rawHeaders: readonly string[]): [string, string][] {
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
  // HTTP/1.0 knows no Host header; Node refuses everything else that has none.
  return hosts[0]?.[1] ?? `localhost:${req.socket.localPort ?? 80}`;
}
