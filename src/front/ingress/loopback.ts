// Front: whether a request comes from this machine, without a proxy in between.
import { BlockList, isIP, isIPv6 } from "node:net";

/**
 * Whether a request may see what is for this machine only: the TCP peer has a loopback address, no header shows a proxy,
 * and `Host` is `localhost` or a loopback address. Without the last two a proxy on this machine, or a page whose name
 * resolves to it, would open it to every client.
 */
export function isLoopbackRequest({ socket, headers, rawHeaders }: LoopbackRequest): boolean {
  if (!isLoopbackAddress(socket.remoteAddress ?? "")) return false;
  if (PROXY_HEADER.test(Object.keys(headers).join("\n"))) return false;
  // Node keeps the first of several Host headers; another server may have read the last.
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host");
  return hosts.length === 1 && isLoopbackHost(headers.host ?? "");
}

/** The parts of an `IncomingMessage` that decide. */
export interface LoopbackRequest {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: Readonly<Record<string, unknown>> & { readonly host?: string | undefined };
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
}

/** Whether an IP address is in 127.0.0.0/8 or is ::1; an IPv4 address may be mapped into IPv6. */
export function isLoopbackAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes("%")) return false;
  return isIPv6(address) ? LOOPBACK.check(address, "ipv6") : LOOPBACK.check(address, "ipv4");
}

/** Whether a `Host` header names this machine: `localhost` or a loopback address, with any port. */
export function isLoopbackHost(host: string): boolean {
  const [, bracketed, plain] = HOST.exec(host) ?? [];
  if (bracketed !== undefined) return isIPv6(bracketed) && isLoopbackAddress(bracketed);
  if (plain === undefined) return false;
  return plain.toLowerCase() === "localhost" || isLoopbackAddress(plain);
}

const HOST = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i;

/** `Via` and `X-Real-IP` are not standard for this, but only proxies send them. */
const PROXY_HEADER = /^(?:forwarded|x-forwarded-.*|x-real-ip|via)$/m;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");
LOOPBACK.addSubnet("::ffff:127.0.0.0", 104, "ipv6");
