// Cluster: the checks of sessions, numbers and steps of parts, as other nodes send and keep them.
import { isPresenceText } from "../../boundary/rooms/presence.ts";
import { isCount } from "../../boundary/guard/value-checks.ts";
import type { PackedRecord, PartOp } from "./part-record.ts";

/**
 * Whether a value is an entry of a part. Thousands come at a time: nothing is allocated for those that are right. What
 * follows the members that this release knows is of a later one, and skipped.
 */
export function isPackedRecord(value: unknown): value is PackedRecord {
  if (!Array.isArray(value)) return false;
  return value.length === 2 ? isCounted(value, 0) : isSession(value, 0);
}

export function isPartOp(value: unknown): value is PartOp {
  if (!Array.isArray(value)) return false;
  return STEPS.get(value[0])?.(value) ?? false;
}

/** Names one registration of a part; empty before the first one. */
export function isEpoch(value: unknown): value is string {
  return typeof value === "string" && EPOCH.test(value);
}

/** Whether a text may name a room. */
export function isRoomName(value: unknown): value is string {
  return isText(value, LONGEST_NAME);
}

/** Whether a text may be the public id of a session. */
export function isSessionId(value: unknown): value is string {
  return isText(value, LONGEST_ID) && value !== "";
}

const STEPS: ReadonlyMap<unknown, (step: readonly unknown[]) => boolean> = new Map([
  ["+", (step) => isSession(step, 1)],
  ["s", ([, id, state, isAway]) => isSessionId(id) && STATES.has(state) && isFlag(isAway)],
  ["j", ([, id, room, presence]) => isSessionId(id) && isRoomName(room) && isShown(presence)],
  ["l", ([, id, room]) => isSessionId(id) && isRoomName(room)],
  ["-", ([, id]) => isSessionId(id)],
  ["c", (step) => isCounted(step, 1)],
]);

// Of a list from this place on.
function isSession(list: readonly unknown[], at: number): boolean {
  return (
    isSessionId(list[at]) &&
    isRoomName(list[at + 1]) &&
    isText(list[at + 2], LONGEST_PATH) &&
    isText(list[at + 3], LONGEST_PATH) &&
    STATES.has(list[at + 4]) &&
    areRooms(list[at + 5]) &&
    isPresence(list[at + 6]) &&
    isFlag(list[at + 7])
  );
}

function isCounted(list: readonly unknown[], at: number): boolean {
  const [channel, count] = [list[at], list[at + 1]];
  if (!isText(channel, LONGEST_NAME + 2) || !isCount(count) || (count as number) > MOST_MEMBERS) return false;
  return channel.startsWith("r:") || channel.startsWith("p:");
}

function areRooms(value: unknown): boolean {
  return Array.isArray(value) && value.length <= MOST_ROOMS && value.every(isRoomName);
}

function isPresence(value: unknown): boolean {
  if (value === undefined) return true;
  return Array.isArray(value) && value.length <= MOST_ROOMS && value.every(isRoomPresence);
}

function isRoomPresence(value: unknown): boolean {
  return Array.isArray(value) && isRoomName(value[0]) && isPresenceText(value[1]);
}

function isShown(presence: unknown): boolean {
  return presence === undefined || isPresenceText(presence);
}

function isFlag(value: unknown): boolean {
  return value === undefined || value === 0 || value === 1;
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === "string" && value.length <= longest;
}

const STATES: ReadonlySet<unknown> = new Set(["connecting", "open", "closing", "closed"]);

const EPOCH = /^[\da-f]{0,32}$/;

/** The most that a configuration may allow: nodes may have different ones. */
const LONGEST_NAME = 1_048_576;
const MOST_ROOMS = 1_000_000;

/** More than HTTP heads and ids of sessions have. */
const LONGEST_PATH = 65_536;
const LONGEST_ID = 1024;

/** More than a node can serve. */
const MOST_MEMBERS = 1_000_000_000;
