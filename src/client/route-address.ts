// Client: the address of a route, and the entries of the subprotocol list.
import { pageAddress } from "./surroundings.ts";

/** The whole WebSocket address: `/ws/chat` is relative to the page. A `TypeError` refuses any other scheme. */
export function routeAddress(url: string | URL): string {
  let address: URL;
  try {
    address = new URL(url, pageAddress());
  } catch {
    throw new TypeError(
      `connect: ${String(url)} is not an address; outside of a page it starts with ws:// or wss://`,
    );
  }
  address.protocol = address.protocol.replace("http", "ws");
  if (!/^wss?:$/.test(address.protocol))
    throw new TypeError(`connect: ${address.protocol} is not ws: or wss:`);
  address.hash = "";
  return address.href;
}

/** The entry that carries the user's token. A `TypeError` refuses characters that a subprotocol cannot have. */
export function tokenEntry(token: string): string {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(token)) {
    throw new TypeError(
      "connect: the token has characters that a subprotocol cannot carry; encode it in base64url",
    );
  }
  return `parlor.token.${token}`;
}
