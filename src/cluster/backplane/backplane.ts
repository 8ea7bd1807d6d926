// Cluster: the backplane: the server by which nodes reach each other, as the rest of the cluster uses it.
import type { PartStore } from "./part-store.ts";
import type { HoldStore } from "../holds/hold-store.ts";
import type { JobStore } from "./job-store.ts";
import type { NodeIdentity } from "./node-identity.ts";

/**
 * Channels are texts; a backplane turns them into names that its server takes. A frame arrives at all nodes that have
 * subscribed to its channel, the one that published it excluded, in the order in which that node published.
 */
export interface Backplane {
  /**
   * Connects for the first time, or rejects. From then on it reconnects by itself and subscribes again; `onState` reports
   * when the connection is lost, and when it is there again.
   */
  connect(identity: NodeIdentity, receiver: BackplaneReceiver): Promise<void>;
  /** Returns false, and sends nothing, while it is not connected or too much waits to be sent. */
  publish(channel: string, frame: Uint8Array): boolean;
  /** Resolves when frames published from now on arrive. */
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channels: readonly string[]): void;
  /** The store of this node's part of the directory, of the parts of others, of jobs, and of holds. */
  partStore(): PartStore & JobStore & HoldStore;
  close(): Promise<void>;
  /** The most bytes that a frame may have. */
  readonly frameLimit: number;
}

/** Receives what comes from other nodes. */
export interface BackplaneReceiver {
  onFrame(channel: string, frame: Uint8Array): void;
  onState(isConnected: boolean): void;
  /** A node is new, as far as the backplane notices that by itself. */
  onPeers(): void;
  /** A frame or a stored entry of a node is malformed, and was refused. The id is empty if it is not known. */
  onMalformed(node: string): void;
  /** `count` rooms of this node have names too long to be announced: the other nodes do not know their members. */
  onTooLarge(count: number): void;
}

/** The channel of a room's messages. */
export const roomChannel = (room: string): string => `r:${room}`;
/** The channel of the messages to all sessions of a route. */
export const routeChannel = (route: string): string => `p:${route}`;
/** The channel of what one node alone is sent. */
export const nodeChannel = (node: string): string => `n:${node}`;
/** The channel of questions to one node, and of replies. */
export const callsChannel = (node: string): string => `q:${node}`;
/** The channel of the changes of the directory. */
export const DIRECTORY_CHANNEL = "d:";
