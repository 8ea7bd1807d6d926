// Front: whether the page of a browser may open a WebSocket here: the rule of `allowedOrigins`.
import { isLoopbackHost } from "./loopback.ts";

/**
 * Whether a handshake with this `Origin` may come in. Clients that send none are not browsers, and come in. Pages of one of
 * the `hosts` do too: those that the request was sent to.
 */
export function isOriginAllowed(
  origin: string | undefined,
  hosts: readonly string[],
  rule: OriginRule,
): boolean {
  const { allowed, isDev = false, ignoresPort = false } = rule;
  if (origin === undefined || allowed === "*") return true;
  if (allowed.some((listed) => usual(listed) === usual(origin))) return true;
  const page = pageOf(origin);
  if (page === null) return false;
  if (hosts.some((host) => isSameHost(page, host, ignoresPort))) return true;
  return isDev && isLoopbackHost(page.host) && hosts.some(isLoopbackHost);
}

/** Which pages may connect beside those of the same host. */
export interface OriginRule {
  readonly allowed: "*" | readonly string[];
  /** Under `parlor dev` pages of this machine may have any port: that of another development server. */
  readonly isDev?: boolean;
  /** Whether pages of any port of the host may connect: for ports that programs open. */
  readonly ignoresPort?: boolean;
}

/** The page's own host and the one that it asks, both with their ports, if any; null for what is not a web page. */
export function pageHosts(
  origin: string,
  host: string,
): { readonly page: string; readonly own: string } | null {
  const page = pageOf(origin);
  const own = `${page?.protocol}//${host}`;
  return page === null || !URL.canParse(own) ? null : { page: page.host, own: new URL(own).host };
}

function isSameHost(page: URL, host: string, ignoresPort: boolean): boolean {
  const own = `${page.protocol}//${host}`;
  if (!URL.canParse(own)) return false;
  return ignoresPort ? new URL(own).hostname === page.hostname : new URL(own).host === page.host;
}

function pageOf(origin: string): URL | null {
  if (!/^https?:\/\/[^/?#\s@]+$/i.test(origin) || !URL.canParse(origin)) return null;
  return new URL(origin);
}

// Browsers leave the default port out.
function usual(origin: string): string {
  return pageOf(origin)?.origin ?? origin;
}
