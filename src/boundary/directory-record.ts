// Boundary: sessions as the directory lists them, and the changes by which a replica follows it. Plain data.
import type { PresenceTexts } from "./rooms/presence.ts";
import type { SessionRef } from "./refs.ts";

export type SessionState = "connecting" | "open" | "closing" | "closed";

/** A session as hosts that do not own it see it. */
export interface DirectoryRecord {
  readonly ref: SessionRef;
  readonly id: string;
  readonly route: string;
  readonly path: string;
  readonly address: string;
  readonly state: SessionState;
  readonly rooms: readonly string[];
  /** What it shows in rooms; left out for nothing. */
  readonly presence?: PresenceTexts;
  /** Whether it has lost its connection and waits for its client; left out for no. */
  readonly isAway?: boolean;
  /** Of another node of the cluster; left out for those of this node. */
  readonly isElsewhere?: boolean;
}

/** One step by which a replica follows the directory. */
export type DirectoryChange =
  | { readonly kind: "added"; readonly record: DirectoryRecord }
  | { readonly kind: "state"; readonly ref: SessionRef; readonly state: SessionState }
  | { readonly kind: "removed"; readonly ref: SessionRef }
  /** A session that is in the room already shows something else. */
  | {
      readonly kind: "joined";
      readonly ref: SessionRef;
      readonly room: string;
      readonly presence?: string;
    }
  | { readonly kind: "left"; readonly ref: SessionRef; readonly room: string }
  | { readonly kind: "away"; readonly ref: SessionRef; readonly isAway: boolean }
  /** Members that a room has on nodes that announce numbers only; without a room: more sessions there, or fewer. */
  | { readonly kind: "counted"; readonly room: string | null; readonly members: number }
  | { readonly kind: "cluster"; readonly cluster: ClusterRecord };

/** The whole directory but the asking host's own sessions, which it knows better itself: the steps that lead to it. */
export type Snapshot = readonly DirectoryChange[];

/** The cluster, as its node last knew it. */
export interface ClusterRecord {
  /** `single`: no cluster; `isolated`: cut off from it; `rejoining`: reachable again, not yet announced. */
  readonly state: "single" | "up" | "isolated" | "rejoining";
  /** Nodes that are there, this one included. */
  readonly nodes: number;
  /** When the other nodes were last known, ms since 1970; null while the node is up. */
  readonly knownAt: number | null;
  /** Messages between nodes that did not arrive, by reason, since this node started. */
  readonly dropped: Readonly<Record<NodeLoss, number>>;
}

/** Why a message to another node, or from one, did not arrive. */
export type NodeLoss = "engineDown" | "lost" | "malformed" | "noSession" | "otherVersion" | "tooLarge";

/** A server without a cluster. */
export const SINGLE: ClusterRecord = {
  state: "single",
  nodes: 1,
  knownAt: null,
  dropped: { engineDown: 0, lost: 0, malformed: 0, noSession: 0, otherVersion: 0, tooLarge: 0 },
};
