// Server: the shape of the health report, which `GET /_parlor/health` returns as JSON.
import type { OutboundCounts } from "../../front/clients/outbound.ts";
import type { DeliveryCounts } from "../../front/outbox/delivery.ts";

/** The health of a server. */
export interface ServerHealth {
  /** `"degraded"` while there are failed routes. */
  readonly status: "ok" | "degraded";
  /** Seconds since the server started. */
  readonly uptimeSeconds: number;
  /** Connected clients. */
  readonly sessions: number;
  /** Rows of the table of routes. */
  readonly routes: number;
  /** Routes that respond with 503: their scripts do not load, or crash again and again. Others by their scripts' names. */
  readonly failedRoutes: readonly string[];
  /** Errors that scripts threw, since the server started. */
  readonly faults: number;
  /** Events that a host was handling when it ended, since the server started. */
  readonly interrupted: number;
  /** Messages of clients whose session a script had closed already. */
  readonly discarded: number;
  /** Sessions that were closed with 1013 because their script ran out of memory. */
  readonly shed: number;
  /** Messages to clients, by what became of them. */
  readonly messages: DeliveryCounts;
  /** Ports that programs listen on. */
  readonly listeners: number;
  /** WebSocket connections that programs opened to other servers. */
  readonly clients: ClientCounts;
}

/** Connections of programs to other servers: open now, and counted since the server started. */
export interface ClientCounts extends OutboundCounts {
  readonly open: number;
}
