// Front: the bounds and choices of an outbox.
import type { SlowPolicy } from "../../boundary/flow/slow-policy.ts";
import type { Session } from "../directory/session.ts";
import type { OutboundDrop } from "../flow/flow-counts.ts";

/** Bounds and choices of an outbox. */
export interface OutboxOptions {
  /** Bytes that may wait for one session behind the write that is under way. Default 1 MiB. */
  readonly unsentLimit: number;
  /** Bytes that may wait for all sessions together; above it the slowest are cut. Default 128 MiB. */
  readonly unsentTotal: number;
  /** For how long a client may take nothing of what waits for it, in ms. Default 30 s. */
  readonly unsentTimeout: number;
  /** What becomes of messages beyond `unsentLimit`, where the route has no policy of its own. Default `close`. */
  readonly slow: SlowPolicy;
  /** For how long a session that was cut may take to read its close frame, in ms. Default 5 s. */
  readonly slowGrace: number;
  /** Bytes from which on messages are compressed for clients that agreed to it; null, the default, never compresses. */
  readonly deflateThreshold: number | null;
  /** Is notified of each client that is disconnected because it reads too slowly. */
  readonly onCut: (session: Session, reason: CutReason) => void;
}

/** Over which bound a client is disconnected: of its own bytes, of its time without progress, or of all bytes. */
export type CutReason = Extract<OutboundDrop, "slow" | "stalled" | "shed">;

/** The outbox's own bounds. */
export const OUTBOX_DEFAULTS: OutboxOptions = {
  unsentLimit: 1024 * 1024,
  unsentTotal: 128 * 1024 * 1024,
  unsentTimeout: 30_000,
  slow: "close",
  slowGrace: 5000,
  deflateThreshold: null,
  onCut: () => undefined,
};
