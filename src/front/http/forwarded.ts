// Front: what the headers of proxies say of a client: `X-Forwarded-*` and `Forwarded` (RFC 7239). It may be forged.
import type { IncomingHttpHeaders } from "node:http";
import { isIP, isIPv4, isIPv6 } from "node:net";

/** What one proxy has said, from the client's end to this one: `X-Forwarded-For: a, b` has two. */
export interface ForwardedHop {
  /** The peer of that proxy; null if it is not an IP address. */
  readonly address: string | null;
  readonly isSecure: boolean | null;
  readonly host: string | null;
}

/**
 * The hops of a request, the nearest proxy's last. `Forwarded` counts only if there is no `X-Forwarded-*` header: a proxy
 * that writes one of them lets the other one of a client through.
 */
export function forwardedHops(headers: IncomingHttpHeaders): readonly ForwardedHop[] {
  const [addresses, schemes, hosts] = ["for", "proto", "host"].map((name) => listOf(headers, name));
  if (addresses === undefined && schemes === undefined && hosts === undefined)
    return standardHops(String(headers["forwarded"] ?? "").trim());
  // Proxies append addresses; many set the other two once, for the whole way.
  const hops = addresses === undefined || addresses.length === 0 ? [""] : addresses;
  return hops.map((address, at) => ({
    address: addressIn(address),
    isSecure: isSecureScheme(itemFor(schemes, hops.length - at)),
    host: hostIn(itemFor(hosts, hops.length - at)),
  }));
}

/** An IP address without a port and brackets, in its usual form; null for anything else. */
export function addressIn(text: string): string | null {
  const [, bracketed, plain = text] = NODE.exec(text) ?? [];
  if (bracketed !== undefined) return isIPv6(bracketed) ? usualForm(bracketed) : null;
  return isIP(plain) === 0 ? null : usualForm(plain);
}

/** The usual form of an IP address, so that one client has one address. */
export function usualForm(address: string): string {
  if (isIPv4(address) || address.includes("%")) return address;
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short) ?? [];
  if (high === undefined || low === undefined) return short;
  return [high, low].flatMap((part) => [parseInt(part, 16) >> 8, parseInt(part, 16) & 255]).join(".");
}

/** A host as in a `Host` header, with or without a port. */
export const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

// `[2001:db8::1]:443`, `203.0.113.7:51234`; RFC 7239 also has names of ports, as `:_home`.
const NODE = /^(?:\[([\da-f:.]+)\]|([\d.]+))(?::(?:\d{1,5}|_[\w.-]+))?$/i;

function listOf(headers: IncomingHttpHeaders, name: string): readonly string[] | undefined {
  const value = headers[`x-forwarded-${name}`];
  if (value === undefined) return undefined;
  const items = String(value)
    .split(",")
    .map((item) => item.trim());
  return items.filter((item) => item !== "");
}

/** `fromEnd`: 1 is the nearest proxy's. A list that is shorter was not appended to. */
function itemFor(list: readonly string[] | undefined, fromEnd: number): string {
  return list?.at(-Math.min(fromEnd, list.length)) ?? "";
}

function isSecureScheme(scheme: string): boolean | null {
  if (/^(?:https|wss)$/i.test(scheme)) return true;
  return /^(?:http|ws)$/i.test(scheme) ? false : null;
}

function hostIn(text: string): string | null {
  return HOST.test(text) ? text : null;
}

function standardHops(header: string): readonly ForwardedHop[] {
  const hops: Map<string, string>[] = [];
  let hop = new Map<string, string>();
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < header.length) {
    const [, name, quoted, plain = "", end] = PAIR.exec(header) ?? [];
    // One mistake, and nothing of it is believed.
    if (end === undefined) return [];
    if (name !== undefined) hop.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? plain);
    if (end === ";") continue;
    if (hop.size > 0) hops.push(hop);
    hop = new Map();
  }
  if (hop.size > 0) hops.push(hop);
  return hops.map((pairs) => ({
    address: addressIn(pairs.get("for") ?? ""),
    isSecure: isSecureScheme(pairs.get("proto") ?? ""),
    host: hostIn(pairs.get("host") ?? ""),
  }));
}

// One `name=value` with what ends it; between two commas or semicolons there may be nothing.
const PAIR =
  /(?:([!#$%&'*+.^_`|~\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~\w:[\]-]+)))?[ \t]*(;|,|$)[ \t]*/y;
