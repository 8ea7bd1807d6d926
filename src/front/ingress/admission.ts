import type { IncomingMessage } from "node:http";
import type { ProgramLimits } from "../../boundary/questions.ts";
import type { Session } from "../directory/session.ts";

/** Why a client may not come in. */
export interface AdmissionRefusal {
  readonly status: number;
  readonly reason: string;
}

/** A client that asks to come in, and who is there already. */
export interface Entrant {
  readonly request: IncomingMessage;
  readonly address: string;
  /** The program's sessions. */
  sessions(): Iterable<Session>;
}

/** Holds a client against the bounds that a program brings along: origin first, then places, then its address. */
export function refusalOf(limits: ProgramLimits, entrant: Entrant): AdmissionRefusal | null {
  const { maxSessions = 0, maxPerAddress = 0, sameOrigin = false } = limits;
  if (sameOrigin && !isSameOrigin(entrant.request)) return { status: 403, reason: "Origin not allowed" };
  if (maxSessions === 0 && maxPerAddress === 0) return null;
  let all = 0;
  let fromHere = 0;
  for (const session of entrant.sessions()) {
    if (!session.isSendable) continue;
    all += 1;
    if (session.handshake.address === entrant.address) fromHere += 1;
  }
  if (maxSessions > 0 && all >= maxSessions) return { status: 503, reason: "Too many connections" };
  if (maxPerAddress > 0 && fromHere >= maxPerAddress && !isLoopback(entrant.address))
    return { status: 429, reason: "Too many connections from this address" };
  return null;
}

// Bolt's rule: the page's host is the server's or one of its sub-domains, port included. Only browsers tell it.
function isSameOrigin({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  if (host === undefined || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  if (!URL.canParse(`${page.protocol}//${host}`)) return false;
  const own = new URL(`${page.protocol}//${host}`).host;
  return page.host !== "" && (page.host === own || page.host.endsWith(`.${own}`));
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}
