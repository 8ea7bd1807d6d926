// Server: who may see the playground and its data.
import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import { isLoopbackRequest } from "../../front/ingress/loopback.ts";

/**
 * Whether a request comes from this machine, and not on behalf of a page of another server: a page in the developer's
 * browser could otherwise read the app's data.
 */
export function mayRead(request: IncomingMessage): boolean {
  return isLoopbackRequest(request) && isOwnOrigin(request) && !isForeignFetch(request);
}

/** Whether a request comes from this machine; a link on any page may lead to the playground. */
export function mayOpen(request: IncomingMessage): boolean {
  return isLoopbackRequest(request) && isOwnOrigin(request);
}

// Browsers send the origin of the page with each WebSocket; tools such as curl send none.
function isOwnOrigin({ headers, socket }: IncomingMessage): boolean {
  const { origin, host = "" } = headers;
  if (origin === undefined) return true;
  if (!URL.canParse(origin) || !URL.canParse(`http://${host}`)) return false;
  const scheme = socket instanceof TLSSocket ? "https:" : "http:";
  const page = new URL(origin);
  return page.protocol === scheme && page.host === new URL(`${scheme}//${host}`).host;
}

// Browsers say from where they fetch; the header is theirs, no page can set it.
function isForeignFetch({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}
