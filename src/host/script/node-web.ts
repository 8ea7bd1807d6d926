// Host: Node's URLs, requests and abort signals, for the dialects that run here.
import { MOST_FIELDS } from "../../boundary/text/multipart.ts";
import type { WebPlatform, WebRequest } from "../api/web-platform.ts";

/** The web standards as Node implements them. */
export const nodeWeb: WebPlatform = {
  parseUrl: (url) => (URL.canParse(url) ? new URL(url) : null),
  parseQuery: (encoded) => (hasTooMany(encoded) ? [] : [...new URLSearchParams(encoded)]),
  request: (url, { method, headers, body, signal }): WebRequest => {
    const list = headers.map(([name, value]): [string, string] => [name, value]);
    const init = { method, headers: list, signal: signal as AbortSignal };
    return new Request(url, body === null ? init : { ...init, body: new Uint8Array(body) });
  },
  abortController: () => new AbortController(),
};

function hasTooMany(encoded: string): boolean {
  return encoded.split("&", MOST_FIELDS + 1).length > MOST_FIELDS;
}
