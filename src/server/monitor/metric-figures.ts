// Server: the figures of one scrape, as plain data: those of several servers can be read in the same way.
import type { ClusterRecord } from "../../boundary/directory-record.ts";
import type { RestartReason } from "../../front/supervise/restart-counts.ts";
import type { SupervisorState } from "../../front/supervise/run-state.ts";
import type { TickStats } from "../../front/supervise/tick-window.ts";
import type { HistoryFigures } from "../../front/history/histories.ts";
import type { TimeCounts } from "../../front/flow/time-counts.ts";
import type { RouteFigures } from "../../front/flow/traffic-snapshot.ts";
import type { ServerHealth } from "./health.ts";
import type { HttpTimes } from "./http-times.ts";
import type { LoopDelay } from "./loop-watch.ts";

/** All that the series read. */
export interface MetricFigures {
  readonly health: ServerHealth;
  /** Of programs, those beyond the first paths are one. */
  readonly routes: readonly RouteFigures[];
  readonly hosts: readonly HostFigures[];
  readonly ticks: readonly { readonly route: string; readonly host: string; readonly stats: TickStats }[];
  readonly slowSessions: number;
  readonly unsentBytes: number;
  readonly history: HistoryFigures;
  readonly resumes: ResumeFigures;
  readonly refusals: Readonly<Record<string, number>>;
  readonly http: HttpTimes;
  readonly loop: LoopDelay;
  /** Lines of the log that were not written, by reason. */
  readonly lostLines: Readonly<Record<"bound" | "output", number>>;
  readonly cluster: ClusterRecord;
  readonly process: ProcessFigures;
}

/** Sessions of `parlor.v1`. */
export interface ResumeFigures {
  /** Those without a connection. */
  readonly away: number;
  readonly keptBytes: number;
  /** Clients that asked for their session, by what became of it. */
  readonly results: Readonly<Record<string, number>>;
}

/** A host, and what waits for it. */
export interface HostFigures {
  readonly host: string;
  readonly state: SupervisorState;
  readonly isFailing: boolean;
  readonly waiting: number;
  /** For how long the event that has waited longest has, at least; s. */
  readonly age: number;
  readonly pending: number;
  /** How long its events took. */
  readonly times: TimeCounts;
  readonly memory: number;
  readonly restarts: Readonly<Record<RestartReason, number>>;
  readonly reloads: number;
}

/** The process of the server. */
export interface ProcessFigures {
  readonly startedAt: number;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}
