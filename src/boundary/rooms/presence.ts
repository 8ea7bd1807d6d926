// Boundary: what the members of a room see of each other.
import { parsedJson } from "../text/parsed-json.ts";

/**
 * A session that has joined a room with presence, as scripts and clients see it. Between them it passes as JSON text
 * without the id (`{"key":"anna","data":…}`), so that the front need not read it.
 */
export interface PresenceEntry {
  /** The id of the session. */
  readonly id: string;
  /** What the script says the session belongs to, as a user: the same for all sessions of one user. */
  readonly key?: string;
  /** What the script gave to the join. */
  readonly data: unknown;
  /** Whether the session has lost its connection and waits for its client; left out for no. */
  readonly away?: true;
}

/** The texts of a session, by room. */
export type PresenceTexts = readonly (readonly [room: string, text: string])[];

/** Whether a text is what a session may show: a JSON object, to which the front adds what only it knows. */
export function isPresenceText(value: unknown): value is string {
  if (typeof value !== "string" || value.length > LONGEST_PRESENCE) return false;
  if (!value.startsWith("{") || !value.endsWith("}")) return false;
  const members = Object.keys(parsedJson(value) ?? {});
  return members.length > 0 && !members.some((name) => name === "id" || name === "away" || name === "left");
}

/** The entry as JSON text. */
export function entryText(id: string, text: string, isAway: boolean): string {
  return `{"id":${JSON.stringify(id)},${text.slice(1, -1)}${isAway ? ',"away":true' : ""}}`;
}

/** The most characters that a configuration may allow. */
const LONGEST_PRESENCE = 65_536;
