// Front: the handshake of a session as scripts get it, made from an upgrade request.
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Handshake } from "../../boundary/events.ts";
import { headerLines } from "../../boundary/text/header-lines.ts";
import { normalizePath, rawQuery } from "../../boundary/text/path.ts";
import { PARLOR_V1, withoutSecrets, type LineOffer } from "../../boundary/text/line-offer.ts";
import { chosenProtocol } from "../../boundary/text/subprotocol.ts";
import type { ClientIdentity } from "../http/proxy-trust.ts";
import type { Match } from "./router.ts";
import type { SocketTarget } from "./socket-routes.ts";

/** The secrets in a list of subprotocols are in no header that a script gets. */
export function handshakeOf(
  request: IncomingMessage,
  { data: target, params }: Match<SocketTarget>,
  { client: { address, isSecure, host }, line }: Asker,
): Handshake {
  const url = request.url ?? "/";
  const listener = target.program?.listener;
  const { rawHeaders } = request;
  const headers = headerLines(line === null ? rawHeaders : withoutSecrets(rawHeaders, line.plain));
  const protocol = line?.speaks === true ? PARLOR_V1 : chosenProtocol(target.protocols ?? [], headers);
  const token = line?.token ?? null;
  return {
    id: flattened(randomUUID()),
    script: target.script,
    route: target.route,
    path: normalizePath(url) ?? "/",
    query: rawQuery(url),
    headers,
    address,
    params,
    ...(isSecure ? { isSecure } : {}),
    ...(host === null || host === request.headers.host ? {} : { host }),
    ...(listener === undefined ? {} : { listener }),
    ...(protocol === null ? {} : { protocol }),
    ...(token === null ? {} : { token }),
  };
}

/** The client that asks. */
export interface Asker {
  /** Who it is, as far as proxies are trusted. */
  readonly client: ClientIdentity;
  /** What its list of subprotocols has of `parlor.v1`. */
  readonly line: LineOffer | null;
}

// A string that was concatenated is kept as a tree of its pieces: 20 objects per session for an id.
function flattened(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}
