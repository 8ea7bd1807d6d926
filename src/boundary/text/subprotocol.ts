// Boundary: the subprotocols of a handshake: those that a client offers, and the one that a script has chosen.
import { headerOf } from "./header-lines.ts";

/** The subprotocols that a client offers in these header lines, in its order. */
export function offeredProtocols(headers: string): string[] {
  const offer = headerOf(headers, "sec-websocket-protocol") ?? "";
  const names = offer.split(",").map((name) => name.trim());
  return names.filter((name) => name !== "");
}

/** The first of the served subprotocols that the client offers; null when there is none. Names are case-sensitive. */
export function chosenProtocol(served: readonly string[], headers: string): string | null {
  if (served.length === 0) return null;
  const offered = offeredProtocols(headers);
  for (const name of served) if (offered.includes(name)) return name;
  return null;
}

/** The handshake with this subprotocol in place of another; null for none. */
export function withProtocol<H extends { readonly protocol?: string }>(
  handshake: H,
  protocol: string | null,
): H {
  if (protocol !== null) return { ...handshake, protocol };
  const without: H & { protocol?: string } = { ...handshake };
  delete without.protocol;
  return without;
}

/** Whether a text can be the name of a subprotocol: a token of HTTP (RFC 6455, 4.1). */
export function isProtocolName(text: string): boolean {
  return TOKEN.test(text) && text.length <= LONGEST_NAME;
}

/**
 * Whether a name looks like a password or ticket that a client sends as a subprotocol, because a browser can set no
 * other header. The response to a handshake is logged by proxies, so such a name must not be in it.
 */
export function looksSecret(name: string): boolean {
  if (name.length > LONGEST_PLAIN || JWT.test(name) || UUID.test(name) || PREFIX.test(name)) return true;
  return name.split(/[.:+~!]/).some((part) => part.length >= RANDOM_FROM && isMixed(part));
}

const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;
const LONGEST_NAME = 256;
const LONGEST_PLAIN = 80;
const JWT = /(?:^|[.:_-])eyJ[\w-]/;
const UUID = /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/i;
const PREFIX =
  /^(?:bearer|token|ticket|jwt|auth|authorization|password|secret|api[_-]?key|access[_-]?token)[.:_=|-]/i;

/** A part of this length that has letters and several digits is random. */
const RANDOM_FROM = 16;

function isMixed(part: string): boolean {
  const digits = part.replaceAll(/\D/g, "").length;
  const isHex = /^[\da-f]+$/i.test(part);
  return isHex || (digits >= 3 && /[a-z]/i.test(part));
}
