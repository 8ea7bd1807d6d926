// Server: the shape of the health report, which `GET /_parlor/health` returns as JSON.
import type { ClusterRecord } from "../../boundary/directory-record.ts";
import type { OutboundCounts } from "../../front/clients/outbound.ts";
import type { HistoryFigures } from "../../front/history/histories.ts";
import type { LimitTotals } from "../../front/limits/limit-counts.ts";
import type { DeliveryCounts } from "../../front/flow/outbound-flow.ts";

/** The health of a server. */
export interface ServerHealth {
  /** `"degraded"` while there are failed routes or problems, `"failing"` while no route of a script serves. */
  readonly status: HealthStatus;
  /** Seconds since the server started. */
  readonly uptimeSeconds: number;
  /** Connected clients. */
  readonly sessions: number;
  /** Rows of the table of routes. */
  readonly routes: number;
  /** Routes that respond with 503: their scripts do not load, or crash again and again. Others by their scripts' names. */
  readonly failedRoutes: readonly string[];
  /** Why they fail, and what did not load. A script whose previous version continues to serve is among them. */
  readonly problems: readonly HealthProblem[];
  /** Starts of hosts after a crash, a hang, or because their memory ran out. */
  readonly restarts: number;
  /** Reloads of the app, by result. */
  readonly reloads: ReloadResults;
  /** The node of a cluster; null without one. */
  readonly cluster: ClusterRecord | null;
  /** Errors that scripts threw, since the server started. */
  readonly faults: number;
  /** Events that a host was handling when it ended, since the server started. */
  readonly interrupted: number;
  /** Messages of clients whose session a script had closed already. */
  readonly discarded: number;
  /** Calls of scripts that threw, because a session would keep too much (`sessionLimits`, `hostLimits`). */
  readonly refusedCalls: number;
  /** Sessions that were closed with 1013 because their script ran out of memory. */
  readonly shed: number;
  /** How often each limit was exceeded, by the name of its option. */
  readonly limits: LimitTotals;
  /** Sessions that were closed with 1008 because their script had hung on their events twice within a minute. */
  readonly culprits: number;
  /** Messages to clients, by what became of them. */
  readonly messages: DeliveryCounts;
  /** Messages that rooms keep for later members. */
  readonly history: HistoryFigures;
  /** Ports that programs listen on. */
  readonly listeners: number;
  /** WebSocket connections that programs opened to other servers. */
  readonly clients: ClientCounts;
}

/** `"ok"`, or what is wrong. */
export type HealthStatus = "ok" | "degraded" | "failing";

/** Why a route fails, or a file of the app did not load. */
export interface HealthProblem {
  /** The file, with line and column where they are known: `ws/chat.ts:3:7`. */
  readonly at: string;
  /** The route of its script; empty for scripts without a path, null for a file that is not a script. */
  readonly route: string | null;
  readonly code: string;
  readonly message: string;
  /** Since when, in ISO 8601. */
  readonly since: string;
}

/** Reloads since the server started. */
export interface ReloadResults {
  /** All that the app has was served in its newest version. */
  readonly ok: number;
  readonly failed: number;
}

/** Connections of programs to other servers: open now, and counted since the server started. */
export interface ClientCounts extends OutboundCounts {
  readonly open: number;
}
