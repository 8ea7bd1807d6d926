// Dialect: a web-standard `Request`, and the body's text, from the data of the front.
import type { RequestHead } from "../../../boundary/events.ts";
import type { Platform } from "../../../host/api/platform.ts";
import type { AbortState, WebPlatform, WebRequest } from "../../../host/api/web-platform.ts";

/** The request as the web standard has it. GET and HEAD have no body there. */
export function webRequest(
  web: WebPlatform,
  { head, body, signal }: { head: RequestHead; body: Uint8Array | null; signal: AbortState },
): WebRequest {
  const { method, headers } = head;
  const isBodiless = method === "GET" || method === "HEAD";
  return web.request(head.url, { method, headers, signal, body: isBodiless ? null : body });
}

/** The body as UTF-8 text, without a byte order mark. */
export function bodyText({ encodings }: Platform, body: Uint8Array | null): string {
  return body === null ? "" : encodings.decodeUtf8(body).replace(/^\ufeff/, "");
}

/** The text of a body that is a form as a browser sends it; otherwise "". */
export function formOf(platform: Platform, head: RequestHead, body: Uint8Array | null): string {
  const type = head.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  return /^application\/x-www-form-urlencoded\b/i.test(type.trim()) ? bodyText(platform, body) : "";
}
