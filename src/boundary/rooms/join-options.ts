// Boundary: how a session joins a room, beside just joining it.

/** Most joins have none. */
export interface JoinOptions {
  /** Whether the session gets the messages that the room has kept. */
  readonly history: boolean;
  /** What the other members see of it: the JSON text of a `PresenceContent`; null for nothing. */
  readonly presence: string | null;
}
