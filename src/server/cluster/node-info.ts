// Server: a node of the cluster as the other nodes and the command line see it. Plain data.

/** A node as `parlor nodes` shows it. */
export interface NodeInfo {
  readonly id: string;
  /** The name of its machine, and its port. */
  readonly address: string;
  /** The version of Parlor; empty where a program embeds it. */
  readonly version: string;
  readonly pid: number;
  /** `silent`: it has a lease, and does not reply. */
  readonly state: "single" | "up" | "isolated" | "rejoining" | "draining" | "silent";
  /** Its own sessions, and the rooms in which they are. */
  readonly sessions: number;
  readonly rooms: number;
  /** Seconds since its start. */
  readonly uptime: number;
  /** How long ago it gave its last sign of life, ms. */
  readonly silence: number;
}

/** The figures of a node; null if it has not replied. */
export interface NodeStatus<Status extends object = object> {
  readonly id: string;
  readonly status: Status | null;
}

/** What a reload has changed on one server. */
export interface ReloadOutcome {
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** One line for each problem; none if the reload has succeeded. */
  readonly problems: readonly string[];
}

/** The reload of one node. */
export interface NodeReload extends ReloadOutcome {
  readonly id: string;
}
