// Boundary: what becomes of messages to a client that reads too slowly.

/**
 * Applies to messages that would wait beyond `unsentLimit`. `close`: the session is closed with 1013. `drop-newest`: the
 * message is dropped. `drop-oldest`: the messages that have waited longest are dropped. `latest`: only the newest message
 * of each key waits, whatever its size; messages without a key count as one key, and beyond the limit the oldest go.
 */
export type SlowPolicy = "close" | "drop-newest" | "drop-oldest" | "latest";

/** All policies, as an app may name them. */
export const SLOW_POLICIES: readonly SlowPolicy[] = ["close", "drop-newest", "drop-oldest", "latest"];

/** How a single message waits; most messages have none. */
export interface MessageOptions {
  /** While it waits, a newer message with the same key takes its place; null for none. */
  readonly key: string | null;
  /** In place of the route's policy; null for that. */
  readonly slow: SlowPolicy | null;
}

/** The longest key of a message, in characters. */
export const LONGEST_KEY = 255;
