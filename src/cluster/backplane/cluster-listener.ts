// Cluster: where a node reports what happens in the cluster, and the time it works by.
import type { Clock, Loop } from "../../boundary/clock.ts";

export interface ClusterListener {
  onNode(node: string, what: "joined" | "left"): void;
  /** State, number of nodes, or a count of losses has changed. */
  onChange(): void;
  /** The backplane's server did not carry out a write. */
  onFailed(error: unknown): void;
  /** A node speaks another version of the protocol: it is not understood. Without an id if that cannot be read. */
  onVersion(node: string, version: number): void;
  /** A frame or a stored entry of a node of this version is malformed. The id is empty if it cannot be read. */
  onMalformed(node: string): void;
}

export interface ClusterTime {
  readonly clock: Clock;
  readonly loop: Loop;
  /** How often a node renews its lease, ms. */
  readonly heartbeat: number;
  /** For how long a node counts as there without a heartbeat, ms. */
  readonly lease: number;
}
