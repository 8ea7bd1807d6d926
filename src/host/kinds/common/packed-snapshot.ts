// Host: the snapshot of the directory, as it goes from the front to a thread or process: thousands of sessions.
import type { PresenceTexts } from "../../../boundary/rooms/presence.ts";
import type {
  DirectoryChange,
  DirectoryRecord,
  SessionState,
  Snapshot,
} from "../../../boundary/directory-record.ts";
import type { SessionRef } from "../../../boundary/refs.ts";

/** JSON of lists: to copy as many objects takes four times the time. In pieces, since a text has a longest length. */
export interface PackedSnapshot {
  readonly texts: readonly string[];
}

export function packSnapshot(snapshot: Snapshot): PackedSnapshot {
  const texts: string[] = [];
  for (let at = 0; at < snapshot.length; at += PIECE)
    texts.push(JSON.stringify(snapshot.slice(at, at + PIECE).map(packed)));
  return { texts };
}

export function unpackSnapshot({ texts }: PackedSnapshot): Snapshot {
  return texts.flatMap((text) => (JSON.parse(text) as readonly PackedChange[]).map(unpacked));
}

function packed(change: DirectoryChange): PackedChange {
  if (change.kind !== "added") return change;
  const { ref, id, route, path, address, state, rooms, presence, isAway, isElsewhere } = change.record;
  const plain = [ref, id, route, path, address, state, rooms, isElsewhere === true ? 1 : 0] as const;
  if (presence === undefined && isAway === undefined) return plain;
  return [...plain, presence ?? null, isAway === true ? 1 : 0];
}

function unpacked(change: PackedChange): DirectoryChange {
  if ("kind" in change) return change;
  const [ref, id, route, path, address, state, rooms, elsewhere, presence = null, away = 0] = change;
  const record: DirectoryRecord =
    elsewhere === 1
      ? { ref, id, route, path, address, state, rooms, isElsewhere: true }
      : { ref, id, route, path, address, state, rooms };
  if (presence === null && away === 0) return { kind: "added", record };
  const shown = { ...(presence !== null && { presence }), ...(away === 1 && { isAway: true }) };
  return { kind: "added", record: { ...record, ...shown } };
}

type PackedChange = Exclude<DirectoryChange, { kind: "added" }> | PackedRecord;

type PackedRecord = readonly [
  ref: SessionRef,
  id: string,
  route: string,
  path: string,
  address: string,
  state: SessionState,
  rooms: readonly string[],
  isElsewhere: 0 | 1,
  presence?: PresenceTexts | null,
  isAway?: 0 | 1,
];

/** The changes of one text. */
const PIECE = 10_000;
