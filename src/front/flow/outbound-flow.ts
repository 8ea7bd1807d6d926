// Front: counts each message to a client once for its session, its route, the room that it was sent to, and in all.
import type { FlowCounts, OutboundDrop } from "./flow-counts.ts";

/** Every change keeps the sums: what is offered is delivered, queued, or dropped for a reason. */
export class OutboundFlow {
  readonly totals: DeliveryCounts = {
    offered: 0,
    delivered: 0,
    queued: 0,
    droppedClosed: 0,
    droppedSlow: 0,
    droppedStalled: 0,
    droppedSuperseded: 0,
    droppedShed: 0,
    cutSlow: 0,
  };

  /** A message was sent to this many receivers; `assign` follows for each of them. */
  collect(receivers: number): void {
    this.totals.offered += receivers;
    this.totals.queued += receivers;
  }

  /** Messages for one receiver. */
  assign(to: FlowReceiver, { frames, shares }: CountedFrames): void {
    to.flow.offer(frames);
    to.routeFlow?.offer(frames);
    if (shares !== null) for (const { room, count } of shares) room.flow.offer(count);
  }

  /** Messages for one receiver, in no room; `bytes`: when the kernel has accepted them already. */
  direct(to: FlowReceiver, frames: number, bytes: number | null): void {
    to.flow.offer(frames);
    to.routeFlow?.offer(frames);
    if (bytes === null) return;
    this.totals.delivered += frames;
    this.totals.queued -= frames;
    to.flow.deliver(frames, bytes);
    to.routeFlow?.deliver(frames, bytes);
  }

  /** The kernel has accepted them. */
  deliver(to: FlowReceiver, { frames, bytes, shares }: CountedFrames): void {
    this.totals.delivered += frames;
    this.totals.queued -= frames;
    to.flow.deliver(frames, bytes);
    to.routeFlow?.deliver(frames, bytes);
    if (shares !== null) for (const { room, count } of shares) room.flow.deliver(count, 0);
  }

  drop(to: FlowReceiver, { frames, shares }: CountedFrames, reason: OutboundDrop): void {
    this.totals[TOTALS[reason]] += frames;
    this.totals.queued -= frames;
    to.flow.drop(frames, reason);
    to.routeFlow?.drop(frames, reason);
    if (shares !== null) for (const { room, count } of shares) room.flow.drop(count, reason);
  }
}

/** Messages to clients in all, counted once for each receiver. `offered` is the sum of all others but `cutSlow`. */
export interface DeliveryCounts {
  offered: number;
  /** The kernel has accepted them. */
  delivered: number;
  /** Collected for the flush, or waiting for the client to read. */
  queued: number;
  /** The session was closed, closing or lost. */
  droppedClosed: number;
  /** More was unsent than allowed. */
  droppedSlow: number;
  /** The client took nothing for too long. */
  droppedStalled: number;
  /** A newer message with the same key came. */
  droppedSuperseded: number;
  /** More was unsent in all than allowed. */
  droppedShed: number;
  /** Sessions that were closed because they did not read. */
  cutSlow: number;
}

/** A session, as far as its messages are counted. */
export interface FlowReceiver {
  readonly flow: FlowCounts<OutboundDrop>;
  /** Null in a route without counts. */
  readonly routeFlow: FlowCounts<OutboundDrop> | null;
}

/** Frames that are counted together. */
export interface CountedFrames {
  readonly frames: number;
  readonly bytes: number;
  /** Null when none was sent to a room. */
  readonly shares: readonly RoomShare[] | null;
}

/** How many of them were sent to a room. */
export interface RoomShare {
  readonly room: { readonly flow: FlowCounts<OutboundDrop> };
  readonly count: number;
}

const TOTALS = {
  closed: "droppedClosed",
  slow: "droppedSlow",
  stalled: "droppedStalled",
  superseded: "droppedSuperseded",
  shed: "droppedShed",
} as const satisfies Record<OutboundDrop, keyof DeliveryCounts>;
