// Boundary: the entries of a list of subprotocols that belong to `parlor.v1`: the session to return to, and a token.
import { offeredProtocols } from "./subprotocol.ts";

/** Reads the entries. Null for a list without any of them, which most clients send. */
export function lineOffer(list: string | undefined): LineOffer | null {
  if (list === undefined || !list.includes(PREFIX)) return null;
  const offered = offeredProtocols(`sec-websocket-protocol: ${list}`);
  const plain = offered.filter((name) => !isSecret(name));
  const token = offered.find((name) => name.startsWith(TOKEN))?.slice(TOKEN.length) ?? null;
  const entry = offered.find((name) => name.startsWith(RESUME));
  const resume = entry === undefined ? null : resumeOf(entry);
  const seen = offered.find((name) => name.startsWith(SEEN))?.slice(SEEN.length) ?? null;
  return { speaks: plain.includes(PARLOR_V1), resume, token, seen, plain };
}

/** The subprotocol's name. */
export const PARLOR_V1 = "parlor.v1";

/** What a client offers. */
export interface LineOffer {
  readonly speaks: boolean;
  /** The session that it wants to return to; null for none. */
  readonly resume: ResumeOffer | null;
  /** The token by which a script knows its user; null for none. */
  readonly token: string | null;
  /** What it has seen last in rooms, encoded; null for nothing. */
  readonly seen: string | null;
  /** The names without the entries that only carry something. */
  readonly plain: readonly string[];
}

/** A client's claim to a session. An entry without sense has an empty `session`. */
export interface ResumeOffer {
  /** How many numbered frames it has received in the session. */
  readonly received: number;
  /** The life of the server in which the session began. */
  readonly boot: string;
  /** The session's id. */
  readonly session: string;
  readonly secret: string;
}

/** Headers in which the list has only these names: scripts and logs get no secrets. */
export function withoutSecrets(rawHeaders: readonly string[], plain: readonly string[]): string[] {
  const kept: string[] = [];
  let isDone = plain.length === 0;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = [rawHeaders[at], rawHeaders[at + 1]];
    if (name.toLowerCase() !== "sec-websocket-protocol") {
      kept.push(name, value);
    } else if (!isDone) {
      kept.push(name, plain.join(", "));
      isDone = true;
    }
  }
  return kept;
}

const PREFIX = "parlor.";
const TOKEN = "parlor.token.";
const RESUME = "parlor.resume.";
const SEEN = "parlor.seen.";
const ENTRY = /^parlor\.resume\.(\d{1,15})\.([\w-]{1,64})\.([\da-f-]{1,64})\.([\w-]{1,64})$/;

function isSecret(name: string): boolean {
  return name.startsWith(TOKEN) || name.startsWith(RESUME) || name.startsWith(SEEN);
}

function resumeOf(entry: string): ResumeOffer {
  const [, received = "0", boot = "", session = "", secret = ""] = ENTRY.exec(entry) ?? [];
  return { received: Number(received), boot, session, secret };
}
