// Cluster: a question of one node to another, or the reply, as it travels: JSON with a version of its own.
import { isCount } from "../../boundary/guard/value-checks.ts";
import { CLUSTER_VERSION } from "../backplane/part-store.ts";
import { isNode, listIn } from "../backplane/json-frame.ts";

/** Refusals are understood in every version, so that a node of another version is not waited for. */
export interface NodeCall {
  readonly kind: "ask" | "reply" | "refused";
  /** The node that sends it. */
  readonly from: string;
  /** The number of the question, counted by the node that asks. */
  readonly number: number;
  readonly what: string;
  /** Plain data: what the question is about, or the reply. */
  readonly value: unknown;
}

export function packCall({ kind, from, number, what, value }: NodeCall): Uint8Array {
  return Buffer.from(JSON.stringify([CLUSTER_VERSION, kind, from, number, what, value ?? null]));
}

/** Null for what is malformed. `foreign`: another version has asked something else. */
export function readCall(frame: Uint8Array): NodeCall | "foreign" | null {
  const list = listIn(frame);
  if (list === null || !isCount(list[0])) return null;
  const [version, kind, from, number, what, value] = list;
  const isOwn = version === CLUSTER_VERSION;
  if (!isNode(from) || !isCount(number) || !isKind(kind)) return isOwn ? null : "foreign";
  if (typeof what !== "string" || what.length > LONGEST_WHAT) return isOwn ? null : "foreign";
  const call = { kind, from, number: number as number, what, value };
  if (isOwn || kind === "refused") return call;
  const refusal = `it speaks version ${String(version)} of the cluster's protocol, this node version ${CLUSTER_VERSION}`;
  return kind === "reply" ? { ...call, kind: "refused", value: refusal } : "foreign";
}

function isKind(value: unknown): value is NodeCall["kind"] {
  return value === "ask" || value === "reply" || value === "refused";
}

/** The most characters of what a question is about. */
const LONGEST_WHAT = 255;
