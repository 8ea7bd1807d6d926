// Front: what has become of messages: `offered` is the sum of `delivered`, `queued` and all that was dropped.

/** Counts of one session, one room or one route in one direction, since it exists. */
export class FlowCounts<Reason extends string> {
  offered = 0;
  delivered = 0;
  queued = 0;
  /** Bytes of the messages that were delivered to a client, or received from one. */
  bytes = 0;
  #dropped: Map<Reason, number> | null = null;

  /** `bytes`: of messages from a client; those to clients have theirs when they are delivered. */
  offer(messages: number, bytes = 0): void {
    this.offered += messages;
    this.queued += messages;
    this.bytes += bytes;
  }

  deliver(messages: number, bytes: number): void {
    this.delivered += messages;
    this.queued -= messages;
    this.bytes += bytes;
  }

  drop(messages: number, reason: Reason): void {
    this.queued -= messages;
    const dropped = (this.#dropped ??= new Map());
    dropped.set(reason, (dropped.get(reason) ?? 0) + messages);
  }

  /** Plain data, with every reason of the list. */
  snapshot(reasons: readonly Reason[]): FlowSnapshot<Reason> {
    const { offered, delivered, queued, bytes } = this;
    const dropped = {} as Record<Reason, number>;
    for (const reason of reasons) dropped[reason] = this.#dropped?.get(reason) ?? 0;
    return { offered, delivered, queued, bytes, dropped };
  }
}

/** Messages in one direction. `offered` is the sum of `delivered`, `queued` and all of `dropped`. */
export interface FlowSnapshot<Reason extends string> {
  readonly offered: number;
  /** To a client: the kernel has accepted them. From a client: their handler is done. */
  readonly delivered: number;
  readonly queued: number;
  /** To a client: of those that were delivered, with the headers of their frames. From a client: of all offered. */
  readonly bytes: number;
  readonly dropped: Readonly<Record<Reason, number>>;
}

/** Why messages to clients were dropped. */
export const OUTBOUND_DROPS = ["closed", "slow", "stalled", "superseded", "shed"] as const;

/**
 * `closed`: the session is closed, closing or lost. `slow`: its unsent bytes were over `unsentLimit`. `stalled`: its client
 * has taken nothing for `unsentTimeout`. `superseded`: a newer message with the same key came. `shed`: the unsent bytes of
 * all sessions were over `unsentTotal`.
 */
export type OutboundDrop = (typeof OUTBOUND_DROPS)[number];

/** Why messages from clients were dropped. */
export const INBOUND_DROPS = ["closed", "full", "culprit", "interrupted", "failed"] as const;

/**
 * `closed`: the session was closed before its script got them. `full`: too many waited, and the policy drops. `culprit`:
 * the handler ended its host. `interrupted`: the handler waited for a promise when its host ended. `failed`: no host runs.
 */
export type InboundDrop = (typeof INBOUND_DROPS)[number];
