// Boundary: sessions as the directory lists them, and the changes by which a replica follows it. Plain data.
import type { SessionRef } from "./refs.ts";

export type SessionState = "connecting" | "open" | "closing" | "closed";

/** A session as hosts that do not own it see it. */
export interface DirectoryRecord {
  readonly ref: SessionRef;
  readonly id: string;
  readonly route: string;
  readonly path: string;
  readonly address: string;
  readonly state: SessionState;
  readonly rooms: readonly string[];
}

/** One step by which a replica follows the directory. */
export type DirectoryChange =
  | { readonly kind: "added"; readonly record: DirectoryRecord }
  | { readonly kind: "state"; readonly ref: SessionRef; readonly state: SessionState }
  | { readonly kind: "removed"; readonly ref: SessionRef }
  | { readonly kind: "joined" | "left"; readonly ref: SessionRef; readonly room: string };

/** The whole directory but the asking host's own sessions, which it knows better itself. */
export type Snapshot = readonly DirectoryRecord[];
