// Cluster: counts the messages that were lost between nodes, by reason.
import type { NodeLoss } from "../../boundary/directory-record.ts";
import type { ClusterListener } from "../backplane/cluster-listener.ts";

export const NODE_LOSSES: readonly NodeLoss[] = ["engineDown", "lost", "noSession", "tooLarge"];

/** Counts since the node started. Each message is counted once for each node that misses it. */
export class NodeLosses {
  readonly counts: Record<NodeLoss, number> = { engineDown: 0, lost: 0, noSession: 0, tooLarge: 0 };
  readonly #listener: Pick<ClusterListener, "onChange">;

  constructor(listener: Pick<ClusterListener, "onChange">) {
    this.#listener = listener;
  }

  add(reason: NodeLoss, count = 1): void {
    if (count <= 0) return;
    this.counts[reason] += count;
    this.#listener.onChange();
  }
}
