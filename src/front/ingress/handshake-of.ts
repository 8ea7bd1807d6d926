// Front: the handshake of a session as scripts get it, made from an upgrade request.
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Handshake } from "../../boundary/events.ts";
import { headerLines } from "../../boundary/text/header-lines.ts";
import { normalizePath, rawQuery } from "../../boundary/text/path.ts";
import { clientAddress } from "../http/client-address.ts";
import type { Match } from "./router.ts";
import type { SocketTarget } from "./socket-routes.ts";

/** `trustProxy`: whether `X-Forwarded-For` is believed. */
export function handshakeOf(
  request: IncomingMessage,
  { data: target, params }: Match<SocketTarget>,
  trustProxy: boolean,
): Handshake {
  const url = request.url ?? "/";
  const listener = target.program?.listener;
  return {
    id: flattened(randomUUID()),
    script: target.script,
    route: target.route,
    path: normalizePath(url) ?? "/",
    query: rawQuery(url),
    headers: headerLines(request.rawHeaders),
    address: clientAddress(request, trustProxy),
    params,
    ...(listener === undefined ? {} : { listener }),
  };
}

// A string that was concatenated is kept as a tree of its pieces: 20 objects per session for an id.
function flattened(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}
