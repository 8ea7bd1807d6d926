// Cluster: counts the messages that were lost between nodes, by reason.
import { SINGLE, type NodeLoss } from "../../boundary/directory-record.ts";
import type { ClusterListener } from "../backplane/cluster-listener.ts";

export const NODE_LOSSES: readonly NodeLoss[] = [
  "engineDown",
  "lost",
  "malformed",
  "noSession",
  "otherVersion",
  "tooLarge",
];

/** Counts since the node started. Each message is counted once for each node that misses it; malformed, or of other versions, each frame. */
export class NodeLosses {
  readonly counts: Record<NodeLoss, number> = { ...SINGLE.dropped };
  readonly #listener: LossListener;

  constructor(listener: LossListener) {
    this.#listener = listener;
  }

  add(reason: NodeLoss, count = 1): void {
    if (count <= 0) return;
    this.counts[reason] += count;
    this.#listener.onChange();
  }

  /** A frame, or an entry of the store, is malformed: it has changed nothing. `node`: whose it is; empty if that is not known. */
  refuse(node: string): void {
    this.add("malformed");
    this.#listener.onMalformed(node);
  }
}

type LossListener = Pick<ClusterListener, "onChange" | "onMalformed">;
