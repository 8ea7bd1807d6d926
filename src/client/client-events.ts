// Client: the events of a client, and its states.

/** `connecting`: an attempt runs. `away`: a pause before the next one. `closed`: the end. */
export type ClientState = "connecting" | "open" | "away" | "closed";

/** What `on` reports, by name. */
export interface ClientEvents {
  readonly connecting: Readonly<Record<never, never>>;
  readonly open: OpenEvent;
  readonly away: AwayEvent;
  readonly closed: ClosedEvent;
  /** A message of the script: a text as a string, bytes as a `Uint8Array`. */
  readonly message: string | Uint8Array;
  /** `send` or `request` was refused for the first time while there is no connection. */
  readonly full: FullEvent;
  readonly presence: PresenceEvent;
  /** The session has joined a room with its history: the messages that were kept follow. */
  readonly history: HistoryEvent;
  /** The contract of the route refused what this client had sent. */
  readonly refused: RefusedEvent;
}

export interface OpenEvent {
  /** Whether the session is the same as before. */
  readonly resumed: boolean;
  /** Why it is not: `server-restarted`, `expired`, `unknown`, `overflow`, `other-node`; null if there was none before. */
  readonly reason: string | null;
  /** The id of the session; null on a plain route. */
  readonly session: string | null;
  /** How many messages the server may not have received: sent to a session that is gone, and not confirmed. */
  readonly lost: number;
}

export interface AwayEvent {
  /** The close code; 1006 if the connection was lost, or the attempt failed. */
  readonly code: number;
  readonly reason: string;
  /** When the next attempt starts, in ms from now. */
  readonly pause: number;
}

export interface ClosedEvent {
  readonly code: number;
  readonly reason: string;
  /** Which side ended it. */
  readonly by: "client" | "server";
}

export interface FullEvent {
  /** How many messages, and how many bytes, wait. */
  readonly messages: number;
  readonly bytes: number;
}

/** `list`: all entries of a room, on joining; none when the session has left it. `changes`: what has changed since. */
export interface PresenceEvent {
  readonly room: string;
  readonly list?: readonly PresentSession[];
  /** Entries that are new or have changed, and the ids of those that have left. */
  readonly changes?: readonly (PresentSession | { readonly id: string; readonly left: true })[];
}

/** A session that has joined a room with presence. */
export interface PresentSession {
  /** The id of the session. */
  readonly id: string;
  /** Whom it belongs to: two devices of one user are two entries with one key. Left out if the script gave none. */
  readonly key?: string;
  /** What the script shows of it. */
  readonly data: unknown;
  /** Whether it has lost its connection and has time to come back; left out for no. */
  readonly away?: true;
}

export interface HistoryEvent {
  readonly room: string;
  /** How many messages of the room follow that it has kept. */
  readonly kept: number;
  /**
   * Whether these are all that this client has missed; `false` if some are gone or the room has started again, `null` if
   * it had none of the room before.
   */
  readonly recovered: boolean | null;
}

export interface RefusedEvent {
  readonly code: string;
  readonly message: string;
  /** The name of the message that was refused, if it had one. */
  readonly of: string | null;
}
