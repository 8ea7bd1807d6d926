// Front: who a client is, for requests that come through proxies which are trusted.
import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import { TLSSocket } from "node:tls";
import { forwardedHops, usualForm, type ForwardedHop } from "./forwarded.ts";

/** The proxies whose headers are believed: none, the nearest one, or those with these addresses. */
export class ProxyTrust {
  readonly #trusted: boolean | BlockList;

  /** `trusted`: `true` for the nearest proxy, whatever its address, or IP addresses and networks (`10.0.0.0/8`). */
  constructor(trusted: boolean | readonly string[]) {
    this.#trusted = typeof trusted === "boolean" ? trusted : blockListOf(trusted);
  }

  /** Who the client is. What a trusted proxy does not say, or not in a form that can be read, is taken from the connection. */
  identityOf({ socket, headers }: IdentifiedRequest): ClientIdentity {
    const peer = addressOf(socket);
    const own = { address: peer, isSecure: socket instanceof TLSSocket, host: headers.host ?? null };
    if (!this.#isTrusted(peer)) return own;
    const believed = this.#believed(forwardedHops(headers));
    return {
      address: addressBehind(believed) ?? peer,
      isSecure: believed.find(({ isSecure }) => isSecure !== null)?.isSecure ?? own.isSecure,
      host: believed.find(({ host }) => host !== null)?.host ?? own.host,
    };
  }

  #isTrusted(address: string): boolean {
    const trusted = this.#trusted;
    return typeof trusted === "boolean" ? trusted : isListed(trusted, address);
  }

  // From the nearest proxy on: what it says is believed, and whom it names is the next one to be trusted or not.
  #believed(hops: readonly ForwardedHop[]): readonly ForwardedHop[] {
    let first = hops.length - 1;
    while (first > 0 && this.#trusted !== true && this.#isTrusted(hops[first]?.address ?? "")) first -= 1;
    return hops.slice(Math.max(0, first));
  }
}

/** The parts of a request that decide. */
export type IdentifiedRequest = Pick<IncomingMessage, "socket" | "headers">;

/** Who a client is, as far as the server can know. */
export interface ClientIdentity {
  /** Its IP address; IPv4 as such also where the socket listens on IPv6. Empty when the peer has gone. */
  readonly address: string;
  /** Whether it speaks TLS to this server, or to the outermost trusted proxy. */
  readonly isSecure: boolean;
  /** The host that it asked for; null when it named none. */
  readonly host: string | null;
}

/** The address of a connection's peer. */
export function addressOf({ remoteAddress = "" }: { readonly remoteAddress?: string | undefined }): string {
  return isIPv6(remoteAddress) ? usualForm(remoteAddress) : remoteAddress;
}

// The outermost hop that has one: a hop without an address was written by the proxy that the next one names.
function addressBehind(believed: readonly ForwardedHop[]): string | null {
  return believed.find(({ address }) => address !== null)?.address ?? null;
}

function blockListOf(trusted: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of trusted) {
    const [address = "", prefix] = network.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

function isListed(list: BlockList, whole: string): boolean {
  // Without the zone of a link-local address, which the list would refuse.
  const address = whole.replace(/%.*/, "");
  return isIP(address) !== 0 && list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
