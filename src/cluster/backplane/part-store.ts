// Cluster: where nodes keep and announce their parts of the directory.
import type { PartOp, PartEntry } from "./part-record.ts";

/**
 * Each node is the only writer of its own part. Whatever it writes is announced to the others on the directory's channel
 * as a `PartDelta`. All methods reject while the backplane is not connected.
 */
export interface PartStore {
  /** Writes the own part as a whole, under a new epoch with sequence number 0, and announces it. */
  register(epoch: string, records: readonly PartEntry[]): Promise<void>;
  /** Writes and announces steps of the own part. Returns its new sequence number; -1 if the part no longer exists. */
  commit(change: PartChange): Promise<number>;
  /** Renews the lease of the own part, and returns which nodes have one. */
  beat(): Promise<Beat>;
  /** Returns a part as a whole, or null if its node has left. */
  load(node: string): Promise<PartImage | null>;
  /** Removes the own part. */
  leave(): Promise<void>;
  /** The policy by which the store may delete parts when its memory is full; null if it never does. */
  evictionPolicy(): Promise<string | null>;
}

/** Steps of a part, with each session that they concern as it is after them; null if it has ended. */
export interface PartChange {
  readonly ops: readonly PartOp[];
  readonly touched: ReadonlyMap<string, PartEntry | null>;
}

export interface PartImage {
  readonly epoch: string;
  readonly sequence: number;
  readonly records: readonly PartEntry[];
  /** Entries that are malformed, and left out. */
  readonly refused: number;
}

/** What a store knows of the nodes. */
export interface Beat {
  /** Whether the own part has been lost, wholly or in part. */
  readonly isLost: boolean;
  /** Changes when the store has lost everything. */
  readonly boot: string;
  readonly nodes: readonly NodeEntry[];
}

/** A node that has a lease. */
export interface NodeEntry {
  readonly node: string;
  readonly epoch: string;
  readonly sequence: number;
  readonly version: number;
  /** How long ago it gave its last sign of life, ms. */
  readonly silence: number;
}

/** The announcement of steps of a part; without steps: it is new as a whole, or gone if the number is `LEFT`. */
export interface PartDelta {
  readonly version: number;
  readonly node: string;
  readonly epoch: string;
  readonly sequence: number;
  readonly ops: readonly PartOp[] | null;
}

/** The sequence number by which a node announces that it leaves. */
export const LEFT = -1;

/** The version of all that nodes send each other. Nodes of different versions do not understand each other. */
export const CLUSTER_VERSION = 2;
