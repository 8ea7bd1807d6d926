import { isIPv4 } from "node:net";

const MAPPED = "::ffff:";

/** The peer's IP address; IPv4 as such also where the socket listens on IPv6. Empty when the peer has gone. */
export function addressOf(socket: { readonly remoteAddress?: string | undefined }): string {
  const address = socket.remoteAddress ?? "";
  if (!address.toLowerCase().startsWith(MAPPED)) return address;
  const mapped = address.slice(MAPPED.length);
  return isIPv4(mapped) ? mapped : address;
}
