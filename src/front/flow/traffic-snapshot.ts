// Front: the figures of all messages, route by route, as plain data.
import {
  INBOUND_DROPS,
  OUTBOUND_DROPS,
  type FlowSnapshot,
  type InboundDrop,
  type OutboundDrop,
} from "./flow-counts.ts";
import type { RouteTraffic } from "./route-traffic.ts";

/** Returns the figures of this moment. `routes`: all rooms of routes, by their patterns. */
export function trafficSnapshot(
  routes: ReadonlyMap<string, { readonly traffic: RouteTraffic | null; readonly members: { size: number } }>,
  { size: slowSessions, heldBytes: unsentBytes }: WaitingFrames,
): TrafficSnapshot {
  const figures: RouteFigures[] = [];
  for (const [route, { traffic, members }] of routes) {
    if (traffic === null) continue;
    const inbound = traffic.inbound.snapshot(INBOUND_DROPS);
    figures.push({
      route,
      sessions: members.size,
      inbound,
      refused: traffic.refused,
      lateReplies: traffic.lateReplies,
      outbound: traffic.outbound.snapshot(OUTBOUND_DROPS),
    });
  }
  return { routes: figures, slowSessions, unsentBytes };
}

/** The frames that wait in the outbox. */
export interface WaitingFrames {
  /** Sessions for which some wait. */
  readonly size: number;
  readonly heldBytes: number;
}

/** What has become of the messages of all routes since the server started. */
export interface TrafficSnapshot {
  readonly routes: readonly RouteFigures[];
  /** Sessions for which messages wait. */
  readonly slowSessions: number;
  /** Bytes of these messages; what several sessions share counts once. */
  readonly unsentBytes: number;
}

/** The messages of one route. In each direction `offered` is the sum of `delivered`, `queued` and all of `dropped`. */
export interface RouteFigures {
  /** The route's pattern. */
  readonly route: string;
  /** Sessions that are connected or connecting. */
  readonly sessions: number;
  /** From clients. Delivered is a message whose handler is done. */
  readonly inbound: FlowSnapshot<InboundDrop>;
  /** Messages from clients that got a typed error: the script's contract, or its handlers, refused them. */
  readonly refused: number;
  /** Replies of clients to requests that no script awaited any longer: they were dropped. */
  readonly lateReplies: number;
  /** To clients, counted once for each receiver. Delivered is a message that the kernel has accepted. */
  readonly outbound: FlowSnapshot<OutboundDrop>;
}
