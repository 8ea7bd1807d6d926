// Cluster: the part of a node as the replies that carry it to another node, each within what a frame may have.
import { isPackedRecord } from "./part-checks.ts";
import {
  packRecord,
  packSession,
  unpackRecord,
  unpackSession,
  type PackedRecord,
  type PackedSession,
  type PartEntry,
  type PartRecord,
} from "./part-record.ts";

/** Cuts a part into replies of up to `limit` bytes. The rooms of a session may be spread over several. */
export function partReplies(
  { request, epoch, sequence, limit }: ReplyHead,
  records: readonly PartEntry[],
): Uint8Array[] {
  const head = JSON.stringify(["part", request, epoch, sequence]).slice(0, -1);
  const most = limit - Buffer.byteLength(head) - TAIL_BYTES;
  const groups: string[][] = [[]];
  let bytes = 0;
  for (const record of records)
    for (const text of textsOf(packRecord(record), most)) {
      const more = Buffer.byteLength(text) + 1;
      if (bytes + more > most && bytes > 0) {
        groups.push([]);
        bytes = 0;
      }
      groups.at(-1)!.push(text);
      bytes += more;
    }
  return groups.map((texts, at) =>
    Buffer.from(`${head},${String(at === groups.length - 1)},[${texts.join(",")}],${at}]`),
  );
}

/** How many names of an entry are so long that no reply has room for them. */
export function namesLeftOut(entry: PartEntry, limit: number): number {
  const most = limit - HEAD_BYTES - TAIL_BYTES;
  const names = "count" in entry ? [entry.id] : entry.rooms;
  return names.filter((name) => Buffer.byteLength(JSON.stringify(name)) > most).length;
}

/** Adds the entries of a reply to those of the replies before it. Returns how many are malformed, and left out. */
export function addEntries(packed: readonly unknown[], to: PartEntry[]): number {
  let refused = 0;
  for (const each of packed) {
    if (!isPackedRecord(each)) {
      refused += 1;
      continue;
    }
    const entry = unpackRecord(each);
    const last = to.at(-1);
    if (last?.id !== entry.id || !("rooms" in last) || !("rooms" in entry)) to.push(entry);
    else to[to.length - 1] = joined(last, entry);
  }
  return refused;
}

/** A reply: what is in it, and whether it is the last one. */
export type PartReply = readonly [
  kind: "part",
  request: number,
  epoch: string,
  sequence: number,
  isLast: boolean,
  /** Not checked yet. */
  records: readonly unknown[],
  /** Which of the replies it is, from 0; earlier releases leave it out. */
  at?: number,
];

interface ReplyHead {
  readonly request: number;
  readonly epoch: string;
  readonly sequence: number;
  readonly limit: number;
}

// A session whose rooms do not fit into one reply is written several times, each time with some of them. A room that fits
// into none is left out: with it, the other nodes would get nothing of the part.
function textsOf(record: PackedRecord, most: number): string[] {
  const text = JSON.stringify(record);
  if (Buffer.byteLength(text) + 1 <= most) return [text];
  if (record.length === 2 || record[5].length === 0) return [];
  if (record[5].length === 1) return textsOf(withRooms(record, []), most);
  const half = record[5].length >> 1;
  return [record[5].slice(0, half), record[5].slice(half)].flatMap((rooms) =>
    textsOf(withRooms(record, rooms), most),
  );
}

// Only these, with what it shows in them.
function withRooms(record: PackedSession, rooms: readonly string[]): PackedSession {
  const { presence = [], ...session } = unpackSession(record);
  const names = new Set(rooms);
  return packSession({ ...session, rooms, presence: presence.filter(([room]) => names.has(room)) });
}

function joined(one: PartRecord, other: PartRecord): PartRecord {
  const presence = [...(one.presence ?? []), ...(other.presence ?? [])];
  return { ...one, rooms: [...one.rooms, ...other.rooms], ...(presence.length > 0 && { presence }) };
}

/** Bytes of a reply before its first entry, and of an entry before its rooms, with a short path. */
const HEAD_BYTES = 256;
/** What ends a reply, at most. */
const TAIL_BYTES = 32;
