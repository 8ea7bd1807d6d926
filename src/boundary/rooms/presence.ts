// Boundary: what the members of a room see of each other.

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

/** The entry as JSON text. */
export function entryText(id: string, text: string, isAway: boolean): string {
  return `{"id":${JSON.stringify(id)},${text.slice(1, -1)}${isAway ? ',"away":true' : ""}}`;
}
