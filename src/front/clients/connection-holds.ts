// Front: how an outbound connection is on one node of a cluster at a time.

/** Decides which node has a connection that all of them ask for. */
export interface ConnectionHolds {
  /** Null without a cluster: the connection is opened at once. */
  ask(name: string, holder: ConnectionHolder): ConnectionHold | null;
}

/** A connection that this node has, or waits for. */
export interface ConnectionHold {
  /** The connection has ended, or is no longer wanted: another node may have it. */
  release(): void;
}

/** Is notified from the next turn on. */
export interface ConnectionHolder {
  /** This node has the connection: it opens it. Once. */
  onHeld(): void;
  /** Another node may have it from now on. Once, and last. */
  onLost(why: string): void;
}

/** There is no cluster. */
export const NO_HOLDS: ConnectionHolds = { ask: () => null };
