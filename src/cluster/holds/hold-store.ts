// Cluster: keeps which node has what the cluster has once.

/** A hold ends with the lease of its node. All methods reject while the backplane is not connected. */
export interface HoldStore {
  /** Returns those of these names that this node holds now. Called again after each heartbeat, with all names. */
  hold(wanted: readonly WantedHold[]): Promise<readonly string[]>;
  /** Other nodes may have these. */
  letGo(names: readonly string[]): Promise<void>;
}

export interface WantedHold {
  readonly name: string;
  /** Whether it may be taken if no node has it; a hold that this node has is kept in any case. */
  readonly mayTake: boolean;
}
