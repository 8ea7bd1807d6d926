// Dialect: the subprotocol and the headers that an `onUpgrade` handler returned.
import { isRecord } from "../../boundary/checks.ts";
import type { Headers } from "../../boundary/text/upgrade-answer.ts";
import { ParlorError } from "../../boundary/errors.ts";
import { describePayload } from "../../boundary/payload.ts";
import { headerProblem } from "../../boundary/text/header-problem.ts";
import { isProtocolName, looksSecret } from "../../boundary/text/subprotocol.ts";

/** What the client offers, and what the script's `protocols` lists. */
export interface Offer {
  readonly offered: readonly string[];
  readonly served: readonly string[];
}

/** The subprotocol to agree on; null for none. */
export function agreedProtocol(value: unknown, { offered, served }: Offer): string | null {
  if (value === null) return null;
  const wrong = (got: string, fix: string): never => {
    throw new ParlorError("PARLOR_UPGRADE_ANSWER", { what: `${got} as protocol`, fix });
  };
  if (typeof value !== "string") return wrong(describePayload(value), "return a string, or null for none");
  // Not quoted in the text: it would be in the log.
  if (!served.includes(value) && looksSecret(value))
    return wrong(
      "what looks like a token",
      "choose another one that the client offers, such as a fixed name",
    );
  const quoted = JSON.stringify(value.slice(0, 100));
  if (!isProtocolName(value)) return wrong(quoted, "a subprotocol is one word without spaces and commas");
  if (offered.includes(value)) return value;
  return wrong(quoted, "return one that the client offers, from request.protocols, or null for none");
}

/** A record of strings or lists of strings, a `Headers` object, or a list of pairs. */
export function upgradeHeaders(value: unknown): Headers {
  const pairs = pairsOf(value);
  for (const [name, text] of pairs) {
    const problem = headerProblem(name, text);
    if (problem !== null) throw new ParlorError("PARLOR_UPGRADE_ANSWER", { ...problem });
  }
  if (pairs.length > MOST_HEADERS) {
    const fix = `return up to ${MOST_HEADERS}`;
    throw new ParlorError("PARLOR_UPGRADE_ANSWER", { what: `${pairs.length} headers`, fix });
  }
  return pairs as Headers;
}

const MOST_HEADERS = 100;

function pairsOf(value: unknown): (readonly [unknown, unknown])[] {
  if (value === undefined || value === null) return [];
  if (typeof value === "object" && Symbol.iterator in value)
    return Array.from(value as Iterable<unknown>, pairOf);
  if (isRecord(value)) return Object.entries(value).flatMap(([name, part]) => named(name, part));
  const fix = 'return a record, as in { "Set-Cookie": ["a=1", "b=2"] }';
  throw new ParlorError("PARLOR_UPGRADE_ANSWER", { what: `${describePayload(value)} as headers`, fix });
}

function pairOf(pair: unknown): readonly [unknown, unknown] {
  return Array.isArray(pair) ? [pair[0], textOf(pair[1])] : [pair, undefined];
}

// A header that is left out conditionally is undefined.
function named(name: string, value: unknown): (readonly [unknown, unknown])[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map((part) => [name, textOf(part)]) : [[name, textOf(value)]];
}

function textOf(value: unknown): unknown {
  return typeof value === "number" && Number.isFinite(value) ? String(value) : value;
}
