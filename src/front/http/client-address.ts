// Front: the address of a client.
import type { IncomingMessage } from "node:http";
import { isIPv4 } from "node:net";

const MAPPED = "::ffff:";

/** The peer's IP address; IPv4 as such also where the socket listens on IPv6. Empty when the peer has gone. */
export function addressOf(socket: { readonly remoteAddress?: string | undefined }): string {
  const address = socket.remoteAddress ?? "";
  if (!address.toLowerCase().startsWith(MAPPED)) return address;
  const mapped = address.slice(MAPPED.length);
  return isIPv4(mapped) ? mapped : address;
}

/** The client's address: the peer's, or the last entry of `X-Forwarded-For`, which a trusted proxy has added. */
export function clientAddress(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? String(request.headers["x-forwarded-for"] ?? "") : "";
  const nearest = forwarded.slice(forwarded.lastIndexOf(",") + 1).trim();
  return nearest === "" ? addressOf(request.socket) : nearest;
}
