// Cluster: the frames by which nodes follow each other's parts: announcements, heartbeats, requests and replies.
import { isRecord } from "../../boundary/checks.ts";
import { isCount } from "../../boundary/guard/value-checks.ts";
import { isNodeId } from "./node-identity.ts";
import type { PartOp } from "./part-record.ts";
import type { PartReply } from "./part-replies.ts";
import { CLUSTER_VERSION, LEFT, type PartDelta } from "./part-store.ts";
import type { AnnouncedHolds } from "../holds/peer-holds.ts";
import { isNode, listIn } from "./json-frame.ts";
import { isEpoch, isPartOp } from "./part-checks.ts";

/** Returns the announcement in a frame; null if it is malformed. Of another version only version and node are read. */
export function readDelta(frame: Uint8Array): PartDelta | null {
  const list = listIn(frame);
  if (list === null || !isCount(list[0])) return null;
  const [version, node, epoch, sequence, ops] = list;
  if (version !== CLUSTER_VERSION) return { ...foreign(list), ops: null };
  if (!isNode(node) || !isEpoch(epoch) || !isSequence(sequence)) return null;
  if (ops !== null && !areSteps(ops)) return null;
  return { version, node, epoch, sequence, ops };
}

/** Returns a heartbeat; null if it is malformed. */
export function readHeartbeat(frame: Uint8Array): NodeHeartbeat | null {
  const list = listIn(frame);
  if (list === null || !isCount(list[0])) return null;
  const [version, node, epoch, sequence, holds] = list;
  if (version !== CLUSTER_VERSION)
    return { ...foreign(list), holds: null, ...(sequence === LEFT && { sequence }) };
  if (!isNode(node) || !isEpoch(epoch) || !isSequence(sequence)) return null;
  if (holds !== undefined && !areHolds(holds)) return null;
  return { version, node, epoch, sequence, holds: holds ?? null };
}

/** Returns a request for this node's part, or a reply to one; null if it is malformed. */
export function readPartMessage(frame: Uint8Array): LoadRequest | PartReply | "foreign" | null {
  const list = listIn(frame);
  if (list === null) return null;
  // These have no version of their own: those of other versions may.
  if (isCount(list[0]) && list[0] !== CLUSTER_VERSION) return "foreign";
  if (isLoad(list) || isReply(list)) return list;
  return null;
}

/** The number of the request that a malformed reply belongs to, as far as it has one. */
export function requestIn(frame: Uint8Array): number | null {
  const list = listIn(frame);
  return list?.[0] === "part" && isCount(list[1]) ? (list[1] as number) : null;
}

/** A sign of life of a node. */
export interface NodeHeartbeat extends Omit<PartDelta, "ops"> {
  readonly holds: AnnouncedHolds | null;
}

/** Another node asks for the part of this one. */
export type LoadRequest = readonly [kind: "load", request: number, from: string];

function foreign([version, node]: readonly unknown[]): Omit<PartDelta, "ops"> {
  return { version: version as number, node: isNode(node) ? node : "", epoch: "", sequence: 0 };
}

function isSequence(value: unknown): value is number {
  return isCount(value) || value === LEFT;
}

function areSteps(value: unknown): value is readonly PartOp[] {
  return Array.isArray(value) && value.every(isPartOp);
}

function areHolds(value: unknown): value is AnnouncedHolds {
  if (!isRecord(value)) return false;
  return Object.entries(value).every(([name, held]) => HOLD.test(name) && (held === 0 || held === 1));
}

function isLoad(list: readonly unknown[]): list is LoadRequest {
  return list[0] === "load" && isCount(list[1]) && typeof list[2] === "string" && isNodeId(list[2]);
}

// Its records are checked one by one, by those who read them.
function isReply(list: readonly unknown[]): list is PartReply {
  const [kind, request, epoch, sequence, isLast, records, at] = list;
  if (kind !== "part" || !isCount(request) || !isEpoch(epoch) || !isCount(sequence)) return false;
  return typeof isLast === "boolean" && Array.isArray(records) && (at === undefined || isCount(at));
}

/** The name of a hold: a digest. */
const HOLD = /^[\w-]{1,64}$/;
