// Server: the types of other folders that a public member of the server shows.
export type { AppProblem } from "../load/files/app-problem.ts";
export type { OutboundCounts } from "../front/clients/outbound.ts";
export type { LimitName, LimitTotals } from "../front/limits/limit-counts.ts";
export type { FlowSnapshot, InboundDrop, OutboundDrop } from "../front/flow/flow-counts.ts";
export type { RouteFigures, TrafficSnapshot } from "../front/flow/traffic-snapshot.ts";
export type { HistoryFigures } from "../front/history/histories.ts";
export type { DeliveryCounts } from "../front/flow/outbound-flow.ts";
export type { SupervisorState as HostState } from "../front/supervise/run-state.ts";
export type { TickStats } from "../front/supervise/tick-window.ts";
export type { TaskOutcome, TaskWatch } from "../front/task-runs.ts";
export type {
  ClientCounts,
  HealthProblem,
  HealthStatus,
  ReloadResults,
  ServerHealth,
} from "./monitor/health.ts";
export type { ClusterControl } from "./cluster/cluster-control.ts";
export type { NodeInfo, NodeReload, NodeStatus, ReloadOutcome } from "./cluster/node-info.ts";
export type { ScriptStatus, ServerStatus } from "./engine/status.ts";
