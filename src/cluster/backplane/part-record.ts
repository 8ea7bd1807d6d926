// Cluster: a session of a node as the other nodes know it, and the steps by which they follow it. Plain data.
import type { DirectoryRecord, SessionState } from "../../boundary/directory-record.ts";
import type { PresenceTexts } from "../../boundary/rooms/presence.ts";

/** A session, by its public id: the number by which a front names it has no meaning elsewhere. */
export type PartRecord = Omit<DirectoryRecord, "ref">;

/** How many members a room or route of a node has, by its channel: of a node that announces numbers only. */
export interface PartCount {
  readonly id: string;
  readonly count: number;
}

/** What a part is made of. */
export type PartEntry = PartRecord | PartCount;

/** A step of a part, short because thousands travel at once: added, state, joined, left, removed, counted. */
export type PartOp =
  | readonly ["+", ...PackedSession]
  | readonly ["s", id: string, state: SessionState, isAway?: 0 | 1]
  | readonly ["j", id: string, room: string, presence?: string]
  | readonly ["l", id: string, room: string]
  | readonly ["-", id: string]
  | readonly ["c", channel: string, count: number];

/** An entry as it travels. */
export type PackedRecord = PackedSession | readonly [channel: string, count: number];

export type PackedSession = readonly [
  id: string,
  route: string,
  path: string,
  address: string,
  state: SessionState,
  rooms: readonly string[],
  /** Left out, as the next one, where there is nothing: earlier releases do not know them. */
  presence?: PresenceTexts,
  isAway?: 0 | 1,
];

export function packRecord(entry: PartEntry): PackedRecord {
  return "count" in entry ? [entry.id, entry.count] : packSession(entry);
}

export function packSession(record: PartRecord): PackedSession {
  const { id, route, path, address, state, rooms, presence = [], isAway = false } = record;
  if (presence.length === 0 && !isAway) return [id, route, path, address, state, rooms];
  return [id, route, path, address, state, rooms, presence, isAway ? 1 : 0];
}

export function unpackRecord(packed: PackedRecord): PartEntry {
  if (packed.length === 2) return { id: packed[0], count: packed[1] };
  return unpackSession(packed);
}

export function unpackSession(packed: PackedSession): PartRecord {
  const [id, route, path, address, state, rooms, presence = [], isAway = 0] = packed;
  const record = { id, route, path, address, state, rooms };
  if (presence.length === 0 && isAway === 0) return record;
  return { ...record, ...(presence.length > 0 && { presence }), ...(isAway === 1 && { isAway: true }) };
}
