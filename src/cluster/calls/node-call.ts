// Cluster: a question of one node to another, or the reply, as it travels: JSON with a version of its own.
import { isNodeId } from "../backplane/node-identity.ts";
import { CLUSTER_VERSION } from "../backplane/part-store.ts";

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

/** Null for what is not a call. */
export function readCall(frame: Uint8Array): NodeCall | null {
  const message = parsed(frame);
  if (!Array.isArray(message)) return null;
  const [version, kind, from, number, what, value] = message as unknown[];
  if (typeof from !== "string" || !isNodeId(from) || typeof number !== "number") return null;
  if (typeof what !== "string" || (kind !== "ask" && kind !== "reply" && kind !== "refused")) return null;
  if (version === CLUSTER_VERSION || kind === "refused") return { kind, from, number, what, value };
  const refusal = `it speaks version ${String(version)} of the cluster's protocol, this node version ${CLUSTER_VERSION}`;
  return kind === "reply" ? { kind: "refused", from, number, what, value: refusal } : null;
}

function parsed(frame: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(frame).toString()) as unknown;
  } catch {
    return null;
  }
}
