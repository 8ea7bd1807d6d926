// Boundary: the events that the front sends to a host. Plain data.
import type { HandoverState, PackedSessions } from "./handover.ts";
import type { Payload } from "./payload.ts";
import type { StoredValue } from "./stored-value.ts";
import type { PresenceTexts } from "./rooms/presence.ts";
import type { SessionRef, RequestRef, ClientRef, ListenerRef } from "./refs.ts";
import type { ScriptKey } from "./script-key.ts";

/** A file of a folder that a program is made of, as it lies on the disk. */
export interface ProgramFile {
  /** Relative to the folder, with forward slashes: `my-project/ws-handler.js`. */
  readonly path: string;
  readonly text: string;
  /** What an ES module or TypeScript was made into; left out for all other files, which are used as they are. */
  readonly module?: ProgramModule;
}

/** Code that a host compiles into a function, or why there is none: one line, with file and line in it. */
export type ProgramModule =
  | {
      readonly code: string;
      /** Of the file's text. */
      readonly version: string;
      /** Source map from `code` to the file. */
      readonly map: string;
      /** The names that it takes from outside. */
      readonly uses: readonly string[];
    }
  | {
      readonly problem: string;
      /** Whether it is valid elsewhere, in a browser for example: it awaits at its top level. */
      readonly isValidElsewhere: boolean;
    };

/** What is known of the request that opened a session. It never changes once the session is accepted. */
export interface Handshake {
  /** The session's public id, a UUID. */
  readonly id: string;
  /** The script that serves it. */
  readonly script: ScriptKey;
  /** The route's pattern: `/ws/rooms/:id`. */
  readonly route: string;
  /** The path as requested, without query: `/ws/rooms/7`. Decoded, but for `%25` and `%2F`: see `plainPath`. */
  readonly path: string;
  /** The query without its question mark, still encoded. */
  readonly query: string;
  /** One header a line, `name: value`, names in lower case. One string: it is kept for every idle session. */
  readonly headers: string;
  /** The client's IP address. */
  readonly address: string;
  /** Path parameters, decoded; `null` when the route has none. */
  readonly params: Readonly<Record<string, string>> | null;
  /** Whether the client speaks TLS, to the server or to a trusted proxy; left out for false. */
  readonly isSecure?: boolean;
  /** The host that the client asked a trusted proxy for; left out where it is the header `Host`. */
  readonly host?: string;
  /** The port that it came in by; left out for the server's own. */
  readonly listener?: ListenerRef;
  /** The subprotocol that was agreed on; left out for none. */
  readonly protocol?: string;
  /** The token in the client's list of subprotocols, which is not among the headers; left out for none. */
  readonly token?: string;
}

/** Why a session comes to a host that did not open it. */
export type ReloadReason = "reload" | "crash" | "hang";

/** A session that is handed to a fresh host, with all that the front keeps of it. */
export interface SessionSnapshot {
  readonly session: SessionRef;
  /** Null when the host knows the session already: then only what may have changed is sent again. */
  readonly handshake: Handshake | null;
  readonly state: "connecting" | "open" | "closing";
  /** Whether the script got its `open` event; if not, that event is still to come. */
  readonly isOpened: boolean;
  readonly rooms: readonly string[];
  /** What it shows in them; left out for nothing. */
  readonly presence?: PresenceTexts;
  /** Whether it waits for its client; left out for no. */
  readonly isAway?: boolean;
  readonly attributes: readonly (readonly [string, StoredValue])[];
  /** Whether its events still go to the previous version: the new host knows of it and takes it over later. */
  readonly isDraining?: boolean;
}

/**
 * Sessions that a fresh host takes over, with the state that the previous version left. They include all sessions that
 * the host was informed of beforehand, except those that have ended.
 */
export interface TakeoverEvent {
  readonly kind: "takeover";
  readonly sessions: readonly SessionSnapshot[];
  readonly reason: ReloadReason;
  /** Sessions that it was informed of beforehand and that have ended since. */
  readonly ended?: readonly SessionRef[];
  readonly state?: HandoverState;
  /** The state that the previous version left of these sessions, unless the host has it already. */
  readonly packed?: readonly PackedSessions[];
}

/** An HTTP request, its body already complete. */
export interface RequestHead {
  readonly request: RequestRef;
  readonly script: ScriptKey;
  /** The matched route's pattern, `/files/**:rest`; on a program's own port `{script}#{listener}`. */
  readonly route: string;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly address: string;
  readonly params: Readonly<Record<string, string>> | null;
  /** The port that it came in by; left out for the server's own. */
  readonly listener?: ListenerRef;
}

/** An event that the front sends to a host. Plain data: it crosses to threads and processes. */
export type ScriptEvent =
  | { readonly kind: "upgrade"; readonly session: SessionRef; readonly handshake: Handshake }
  | { readonly kind: "open"; readonly session: SessionRef; readonly handshake: Handshake }
  | { readonly kind: "message"; readonly session: SessionRef; readonly data: Payload }
  | { readonly kind: "pong"; readonly session: SessionRef }
  | { readonly kind: "close"; readonly session: SessionRef; readonly code: number; readonly reason: string }
  | TakeoverEvent
  | { readonly kind: "request"; readonly head: RequestHead; readonly body: Uint8Array | null }
  | { readonly kind: "abort"; readonly request: RequestRef }
  | RunEvent
  | { readonly kind: "ping"; readonly session: SessionRef }
  /** A request of a client of `parlor.v1`, as JSON text; or its reply to one, which waits for no handler. */
  | { readonly kind: "call" | "reply"; readonly session: SessionRef; readonly text: string }
  /** The session has lost its connection, and waits for its client. */
  | { readonly kind: "away"; readonly session: SessionRef }
  /** The client has come back to its session. */
  | { readonly kind: "return"; readonly session: SessionRef }
  /** Bytes that the session's client has not taken: much more than was known, much less, or none. */
  | { readonly kind: "unsent"; readonly session: SessionRef; readonly bytes: number }
  /** A script of another node makes the session join or leave a room. */
  | {
      readonly kind: "move";
      readonly session: SessionRef;
      readonly what: "join" | "leave";
      readonly room: string;
    }
  | { readonly kind: "files"; readonly script: ScriptKey; readonly files: readonly ProgramFile[] }
  | ClientEvent;

/** A job is due, a task is wanted, or a module of a program that is a folder. */
export interface RunEvent {
  readonly kind: "run";
  readonly script: ScriptKey;
  readonly due: number;
  /** The module, by its path in the program's folder; left out for jobs and tasks. */
  readonly module?: string;
}

/** What happens to an outbound connection. After `clientClose` nothing more comes; before `clientOpen` it may fail. */
export type ClientEvent =
  | { readonly kind: "clientOpen"; readonly script: ScriptKey; readonly client: ClientRef }
  | {
      readonly kind: "clientMessage";
      readonly script: ScriptKey;
      readonly client: ClientRef;
      readonly data: Payload;
    }
  | {
      readonly kind: "clientError";
      readonly script: ScriptKey;
      readonly client: ClientRef;
      readonly message: string;
    }
  | {
      readonly kind: "clientClose";
      readonly script: ScriptKey;
      readonly client: ClientRef;
      readonly code: number;
      readonly reason: string;
    };
