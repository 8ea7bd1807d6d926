// Cluster: how a node is named: by its id, and by an epoch that is new each time it registers its part.
import { randomBytes } from "node:crypto";

/** A server process in a cluster. */
export interface NodeIdentity {
  /** Short, random, of letters and digits: unique in the cluster. */
  readonly id: string;
  /** Of this process: running numbers of its messages count from its start. 64 random bits, as 16 hexadecimal digits. */
  readonly incarnation: string;
}

export function newIdentity(): NodeIdentity {
  return { id: randomBytes(5).toString("hex"), incarnation: newEpoch() };
}

/** Whether a text from outside may be the id of a node. */
export function isNodeId(text: string): boolean {
  return NODE_ID.test(text);
}

const NODE_ID = /^[\da-z]{1,32}$/;

/** Names one registration of a part. Compared for equality only. */
export function newEpoch(): string {
  return randomBytes(8).toString("hex");
}
