// Boundary: tokens in the headers of a request.
import { headerOf } from "./header-lines.ts";

/** The token of `Authorization: Bearer …` (RFC 6750, 2.1); null for none. */
export function bearerToken(headers: string): string | null {
  return /^bearer +([\w.~+/-]+=*) *$/i.exec(headerOf(headers, "authorization") ?? "")?.[1] ?? null;
}

/** The value of the first cookie of this name, without quotes (RFC 6265, 5.4); null for none. */
export function cookieIn(headers: string, name: string): string | null {
  for (const pair of (headerOf(headers, "cookie") ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at < 1 || pair.slice(0, at).trim() !== name) continue;
    const value = pair.slice(at + 1).trim();
    return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
  }
  return null;
}
