// Front: which names a request may call this server by: the rule of `allowedHosts`.
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";

/**
 * Refuses requests whose `Host` is a foreign name. A page of an attacker whose name resolves to this machine would
 * otherwise count as a page of this server (DNS rebinding). Such a name is never an IP address or `localhost`.
 */
export class AllowedHosts {
  readonly #names: readonly string[] | null;

  /** `allowed`: names, or `.tea.example` for all below one; null checks nothing. */
  constructor(allowed: readonly string[] | null) {
    this.#names = allowed?.map((name) => name.toLowerCase()) ?? null;
  }

  /** Why a request is refused; null when its host is allowed, or when it names none. */
  refusalOf({ headers }: { readonly headers: IncomingHttpHeaders }): HttpRefusal | null {
    if (this.#names === null || headers.host === undefined) return null;
    const name = nameIn(headers.host);
    if (isOwnName(name) || this.#names.some((allowed) => isBelow(name, allowed))) return null;
    const { status, text } = REFUSALS.HOST_REFUSED;
    return { status, text: text.replace("{host}", () => JSON.stringify(name.slice(0, LONGEST))) };
  }
}

/** The names that a server checks: under `parlor dev` always, otherwise if there is a list. */
export function hostsToCheck(
  allowed: "*" | readonly string[],
  { host, isDev }: { readonly host: string; readonly isDev: boolean },
): readonly string[] | null {
  if (allowed === "*" || (!isDev && allowed.length === 0)) return null;
  return [...allowed, host];
}

/** Of a name in a refusal, characters. */
const LONGEST = 100;

function nameIn(host: string): string {
  return host
    .replace(/:\d*$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();
}

function isOwnName(name: string): boolean {
  return isIP(name) !== 0 || name === "localhost" || name.endsWith(".localhost");
}

function isBelow(name: string, allowed: string): boolean {
  return allowed.startsWith(".") ? name === allowed.slice(1) || name.endsWith(allowed) : name === allowed;
}
