// Host: the reads of the directory that scripts have.
import type { ClusterRecord, SessionState } from "../../boundary/directory-record.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { HostSession } from "./host-session.ts";

/** Reads are synchronous, and see the script's own writes. */
export interface DirectoryView {
  roomNames(): string[];
  memberCount(room: string): number;
  members(room: string): DirectoryEntry[];
  sessionById(id: string): DirectoryEntry | null;
  sessions(): DirectoryEntry[];
  sessionCount(): number;
  /** Sessions of one route that this host serves. */
  ownSessions(route: string): HostSession[];
  ownSessionById(id: string): HostSession | null;
  cluster(): ClusterRecord;
}

/** A session as a reader of the directory sees it. */
export interface DirectoryEntry {
  readonly ref: SessionRef;
  readonly id: string;
  readonly route: string;
  readonly path: string;
  readonly address: string;
  readonly state: SessionState;
}
