import type { RequestHead } from "../../../boundary/events.ts";

/** The web's own request, made of what the front tells of it. */
export function webRequest(head: RequestHead, body: Uint8Array | null, signal: AbortSignal): Request {
  const isBodiless = head.method === "GET" || head.method === "HEAD" || body === null;
  const headers = head.headers.map(([name, value]): [string, string] => [name, value]);
  const request = { method: head.method, headers, signal };
  return new Request(head.url, isBodiless ? request : { ...request, body: new Uint8Array(body) });
}

export function bodyText(body: Uint8Array | null): string {
  return body === null ? "" : new TextDecoder().decode(body);
}

/** The body, if it is a form as a browser sends it; else nothing. */
export function formOf(head: RequestHead, body: Uint8Array | null): string {
  const type = head.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  return /^application\/x-www-form-urlencoded\b/i.test(type.trim()) ? bodyText(body) : "";
}
