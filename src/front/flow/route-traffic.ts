// Front: what the front keeps of a route: the policies of its script, and the counts of its messages.
import type { SlowPolicy } from "../../boundary/flow/slow-policy.ts";
import { FlowCounts, type InboundDrop, type OutboundDrop } from "./flow-counts.ts";

/** Outlives the sessions of the route, and its script's versions. */
export class RouteTraffic {
  /** Messages to the route's sessions, one for each receiver, whichever room they were sent to. */
  readonly outbound = new FlowCounts<OutboundDrop>();
  /** Messages from the route's sessions. */
  readonly inbound = new FlowCounts<InboundDrop>();
  /** Messages from clients that the script's contract refused. */
  refused = 0;
  /** Replies of clients to requests that no script awaited any longer. */
  lateReplies = 0;
  /** What becomes of messages to slow clients; null for the server's policy. */
  slow: SlowPolicy | null = null;
  /** Whether its script asks how much waits for a session. */
  wantsUnsent = false;
}
