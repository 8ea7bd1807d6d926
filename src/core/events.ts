import type { Payload } from "./payload.ts";

/** Names a session across the boundary: a running number of this front, never reused. */
export type SessionRef = number;

/** Names an HTTP request across the boundary: a running number of this front, never reused. */
export type RequestRef = number;

/** No session: what `except` holds when nobody is excluded. */
export const NOBODY: SessionRef = 0;

/** What is known of the request that opened a session. It never changes. */
export interface Handshake {
  /** The session's public id, a UUID. */
  readonly id: string;
  /** The script that serves it, by its name in the app: `ws/chat.ts`. */
  readonly script: string;
  /** The route's pattern: `/ws/rooms/:id`. */
  readonly route: string;
  /** The path as requested, without query: `/ws/rooms/7`. */
  readonly path: string;
  /** The query without its question mark, still encoded. */
  readonly query: string;
  /** One header a line, `name: value`, names in lower case. One string: it is kept for every idle session. */
  readonly headers: string;
  /** The client's IP address. */
  readonly address: string;
  /** Path parameters, decoded; `null` when the route has none. */
  readonly params: Readonly<Record<string, string>> | null;
}

/** Why a session comes to a host that did not open it. */
export type ReloadReason = "reload" | "crash" | "hang";

/** A session that is handed to a fresh host, with all that the front keeps of it. */
export interface Adoption {
  readonly session: SessionRef;
  readonly handshake: Handshake;
  readonly state: "connecting" | "open" | "closing";
  /** Whether the script had been told that it opened: if not, that is still to come. */
  readonly isOpened: boolean;
  readonly rooms: readonly string[];
  readonly attributes: readonly (readonly [string, unknown])[];
}

/** An HTTP request, its body already complete. */
export interface RequestHead {
  readonly request: RequestRef;
  readonly script: string;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly address: string;
  readonly params: Readonly<Record<string, string>> | null;
}

/** What the front tells a script host. Plain data: it crosses to threads and processes. */
export type ScriptEvent =
  | { readonly kind: "upgrade"; readonly session: SessionRef; readonly handshake: Handshake }
  | { readonly kind: "open"; readonly session: SessionRef; readonly handshake: Handshake }
  | { readonly kind: "message"; readonly session: SessionRef; readonly data: Payload }
  | { readonly kind: "pong"; readonly session: SessionRef }
  | { readonly kind: "close"; readonly session: SessionRef; readonly code: number; readonly reason: string }
  | { readonly kind: "adopt"; readonly adoptions: readonly Adoption[]; readonly reason: ReloadReason }
  | { readonly kind: "request"; readonly head: RequestHead; readonly body: Uint8Array | null }
  | { readonly kind: "abort"; readonly request: RequestRef }
  | { readonly kind: "run"; readonly script: string; readonly due: number };

/** The session that an event belongs to; its events are handled one at a time. `NOBODY` for all others. */
export function sessionOf(event: ScriptEvent): SessionRef {
  return "session" in event ? event.session : NOBODY;
}
